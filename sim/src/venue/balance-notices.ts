import type { Account } from '../account/accounts.js';
import type { Clock } from '../clock.js';
import type { VenueEvents } from './events.js';

/** Tells whose balances changed, once per cause and after its order events, as the exchange does. */
export class BalanceNotices {
  /** Assets changed by the cause being worked on. */
  readonly #touched = new Map<Account, Set<string>>();
  #busy = 0;

  constructor(
    private readonly clock: Clock,
    private readonly events: VenueEvents,
  ) {}

  /** Notes that a balance changed. */
  touch(account: Account, asset: string): void {
    account.updateTime = this.clock.now();
    const assets = this.#touched.get(account);
    if (assets) assets.add(asset);
    else this.#touched.set(account, new Set([asset]));
  }

  /** Runs a cause to its end, then tells what it changed; a cause within a cause is a part of it. */
  cause(work: () => void): void {
    this.#busy++;
    try {
      work();
    } finally {
      this.#busy--;
    }
    if (this.#busy > 0) return;
    const touched = [...this.#touched];
    this.#touched.clear();
    for (const [account, assets] of touched) this.events.balances(account, assets, this.clock.now());
  }
}
