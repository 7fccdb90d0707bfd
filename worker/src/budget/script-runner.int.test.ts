import type { Redis } from '@gridfleet/shared/infra';
import { describe, expect, it } from 'vitest';
import { redisOfFile } from '../../../tests/harness/redis-of-file.js';
import { runScripts, type ScriptCall } from './script-runner.js';

// Its scripts are flushed, which no other file should notice.
let redis: Redis;
redisOfFile((connection) => (redis = connection));

const echo = (word: string): ScriptCall => ({
  script: 'return {KEYS[1], ARGV[1]}',
  keys: ['k'],
  args: [word],
});
const fails: ScriptCall = { script: "return redis.call('HGET', KEYS[1])", keys: ['k'], args: [] };

describe('scripts of one round trip', () => {
  it('answer each for itself, known to Redis or not', async () => {
    const values = async (): Promise<unknown[]> =>
      (await runScripts(redis, [echo('a'), echo('b')])).map(({ value }) => value);
    const expected = [
      ['k', 'a'],
      ['k', 'b'],
    ];
    expect(await values()).toEqual(expected);
    expect(await values()).toEqual(expected);
    await redis.script('FLUSH');
    expect(await values()).toEqual(expected);
  });

  it('fail each for itself', async () => {
    const [good, bad, other] = await runScripts(redis, [echo('a'), fails, echo('c')]);
    expect([good?.value, other?.value]).toEqual([
      ['k', 'a'],
      ['k', 'c'],
    ]);
    expect(bad?.error?.message).toMatch(/wrong number/i);
  });
});
