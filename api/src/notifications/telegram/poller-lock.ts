import { randomBytes } from 'node:crypto';
import { redisKeys, type Redis } from '@gridfleet/shared/infra';

const KEY = redisKeys.telegramPoller;

const RENEW = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0`;
const RELEASE = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`;

/** One process of the fleet asks Telegram for messages; the lock runs out soon after it dies. */
export class PollerLock {
  readonly #redis: Redis;
  readonly #ttlMs: number;
  readonly #mine = randomBytes(12).toString('hex');

  constructor(redis: Redis, ttlMs: number) {
    this.#redis = redis;
    this.#ttlMs = ttlMs;
  }

  /** Takes or renews it. @returns whether it is ours */
  async hold(): Promise<boolean> {
    if ((await this.#redis.eval(RENEW, 1, KEY, this.#mine, this.#ttlMs)) === 1) return true;
    return (await this.#redis.set(KEY, this.#mine, 'PX', this.#ttlMs, 'NX')) === 'OK';
  }

  async release(): Promise<void> {
    await this.#redis.eval(RELEASE, 1, KEY, this.#mine);
  }
}
