import { describe, expect, it } from 'vitest';
import { Params } from './params.js';
import { restPayload, sign, wsPayload } from './signature.js';

describe('what is signed', () => {
  it('is query and body as sent, without the signature', () => {
    expect(restPayload('symbol=LTCBTC&side=BUY', 'quantity=1&signature=abc')).toBe(
      'symbol=LTCBTC&side=BUYquantity=1',
    );
    expect(restPayload('a=1&signature=abc&b=%5B2%5D', '')).toBe('a=1&b=%5B2%5D');
    expect(restPayload('signature=abc', '')).toBe('');
    expect(restPayload('signature=abc&a=1', '')).toBe('a=1');
    expect(restPayload('mysignature=abc', '')).toBe('mysignature=abc');
  });

  it('is sorted by name on the WebSocket API', () => {
    const params = new Params([
      ['timestamp', '5'],
      ['apiKey', 'k'],
      ['signature', 'x'],
    ]);
    expect(wsPayload(params)).toBe('apiKey=k&timestamp=5');
  });

  it('is signed with HMAC-SHA256 as in the example of RFC 4231', () => {
    expect(sign('what do ya want for nothing?', 'Jefe')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });
});
