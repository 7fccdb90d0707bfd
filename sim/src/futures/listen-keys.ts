import type { IdSource } from '../venue/id-source.js';
import { refuseFutures } from './errors.js';
import type { Trader } from './trader.js';

const KEY_LENGTH = 64;

interface Key {
  key: string;
  expires: number;
}

/** The keys of private streams: one per account, for an hour from the last time it was asked for or kept alive. */
export class ListenKeys {
  readonly #byTrader = new Map<Trader, Key>();
  /** Told when a key ends. */
  onEnd: (trader: Trader, key: string, reason: 'expired' | 'closed') => void = () => undefined;

  constructor(
    private readonly ids: IdSource,
    /** How long a key lives, ms. */
    private readonly lifeMs: number,
  ) {}

  /** The account's key, a new one when it has none; its hour starts again. */
  open(trader: Trader, now: number): string {
    const key = this.#byTrader.get(trader)?.key ?? this.ids.text(KEY_LENGTH);
    this.#byTrader.set(trader, { key, expires: now + this.lifeMs });
    return key;
  }

  /** @throws VenueError -1125 when the account has no key. */
  keepAlive(trader: Trader, now: number): string {
    if (!this.#byTrader.has(trader)) throw refuseFutures.listenKey();
    return this.open(trader, now);
  }

  close(trader: Trader): void {
    this.#end(trader, 'closed');
  }

  /** Ends an account's key before its time, as an expiry. */
  expire(trader: Trader): void {
    this.#end(trader, 'expired');
  }

  traderOf(key: string): Trader | undefined {
    for (const [trader, found] of this.#byTrader) if (found.key === key) return trader;
    return undefined;
  }

  tick(now: number): void {
    for (const [trader, { expires }] of this.#byTrader) if (now >= expires) this.expire(trader);
  }

  #end(trader: Trader, reason: 'expired' | 'closed'): void {
    const key = this.#byTrader.get(trader)?.key;
    if (key === undefined) return;
    this.#byTrader.delete(trader);
    this.onEnd(trader, key, reason);
  }
}
