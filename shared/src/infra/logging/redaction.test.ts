import { describe, expect, it } from 'vitest';
import { withoutSecrets } from './redaction.js';

const SECRET = 'hunter2Hunter2Hunter2';

describe('a line of the log', () => {
  it.each([
    ['a field at any depth', JSON.stringify({ a: { b: { c: { d: { apiSecret: SECRET } } } } })],
    ['a field in another case', JSON.stringify({ headers: { Authorization: `Bearer ${SECRET}` } })],
    ['a header of an exchange', JSON.stringify({ h: { 'X-MBX-APIKEY': SECRET } })],
    ['JSON inside a text', JSON.stringify({ msg: JSON.stringify({ secret: SECRET }) })],
    ['a signed address', JSON.stringify({ err: { message: `GET /api?x=1&signature=${SECRET}&y=2 failed` } })],
    ['a form', JSON.stringify({ body: `apiKey=${SECRET}&amount=1` })],
    ['a connection address', JSON.stringify({ msg: `cannot reach mysql://grid:${SECRET}@db:3306/grid` })],
    ['a password without a user', JSON.stringify({ msg: `redis://:${SECRET}@10.0.0.5:6379` })],
    ['a token of the API', JSON.stringify({ msg: `token gft_${SECRET} was refused` })],
    ['a bearer token in a text', JSON.stringify({ msg: `sent Bearer ${SECRET}` })],
    ['a bot address', JSON.stringify({ msg: `POST https://api.example.org/bot12345678:${SECRET}/send` })],
  ])('does not show %s', (_what, line) => {
    const shown = withoutSecrets(line);
    expect(shown).not.toContain(SECRET);
    expect(shown).toContain('[redacted]');
    expect(() => JSON.parse(shown) as unknown).not.toThrow();
  });

  it('keeps what is not secret', () => {
    const line = JSON.stringify({
      msg: 'order gfab120000010000B00001 accepted',
      key: 'BTC/USDT',
      url: 'https://host:8420/api/strategies?limit=5',
      tokens: 3,
      token: null,
    });
    expect(withoutSecrets(line)).toBe(line);
  });
});
