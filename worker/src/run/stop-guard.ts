import type { Denial, DenialCode, ExchangeStop, StrategyView } from '@gridfleet/shared/domain';
import type { Logger } from '@gridfleet/shared/infra';
import type { Lease } from '../node/lease.js';
import type { VenueAccount } from '../venue/venue.js';
import { legOf } from './intent.js';
import type { Mailbox } from './mailbox.js';
import type { RunStore } from './run-store.js';
import { StopKeeper } from './stop-keeper.js';
import { StopStore } from './stop-store.js';
import type { RunFrame } from './step-types.js';

/** Pause after a pass that failed, ms. */
const PAUSE_MS = 5_000;
export const STOP_REQUIRED = 'EXCHANGE_STOP_REQUIRED' satisfies DenialCode;

/** Reasons, by leg, why nothing that makes its position larger may be placed. */
export type Unguarded = ReadonlyMap<number, Denial>;

export interface StopGuardDeps {
  frame: RunFrame;
  store: RunStore;
  lease: Lease;
  mailbox: Mailbox;
  account(leg: number): VenueAccount;
  view(): StrategyView;
  /** Whether the strategy holds nothing on a leg, by its fills. */
  isFlat(leg: number): boolean;
  verifyMs: number;
  log: Logger;
}

/** Stops that a venue can keep: where it has none of its own, the platform alone watches the price. */
export function venueStops(
  { stops = [] }: StrategyView,
  account: (leg: number) => VenueAccount,
): readonly ExchangeStop[] {
  return stops.filter(({ key }) => account(key.leg).futures?.stops !== undefined);
}

function required(why: string): Denial {
  return {
    code: STOP_REQUIRED,
    message: `Nothing that makes the position larger is placed before its stop rests at the exchange: ${why}`,
  };
}

/** What holds before the first pass: no stop is known. */
export function unguardedAtFirst(view: StrategyView, account: (leg: number) => VenueAccount): Unguarded {
  const stops = venueStops(view, account);
  return new Map(stops.map(({ key }) => [key.leg, required('it is being placed.')]));
}

/** The stops of a strategy at its exchanges, and what may not be done without them. */
export class StopGuard {
  readonly #deps: StopGuardDeps;
  readonly #keepers = new Map<number, StopKeeper>();
  #wanted: readonly ExchangeStop[] = [];
  /** Legs whose stop the exchange would not take while they held nothing. */
  readonly #early = new Set<number>();
  #isBusy = false;
  /** After a failure, ms on the monotonic clock. */
  #idleUntil = 0;

  constructor(deps: StopGuardDeps) {
    this.#deps = deps;
    const { frame, lease, mailbox, verifyMs, log } = deps;
    const store = new StopStore(deps.store, frame.strategyId, frame.fence);
    for (const { leg } of frame.context.legs) {
      const { market } = legOf(frame.context, leg);
      const account = deps.account(leg);
      const { futures } = account;
      if (market.type !== 'linear' || futures?.stops === undefined) continue;
      const keeper = new StopKeeper({
        ...{ frame, leg, market, account, futures, store, lease, verifyMs, log },
        stops: futures.stops,
        triggered: (reason) => {
          mailbox.put({ type: 'stopped-out', reason });
          mailbox.put({ type: 'suspicion', cause: 'STOP_TRIGGERED' });
        },
        changed: () => mailbox.poke(),
      });
      this.#keepers.set(leg, keeper);
    }
    this.#want();
  }

  /** Begins a pass over all legs, unless one is under way. */
  tick(): void {
    if (this.#keepers.size === 0 || this.#isBusy || performance.now() < this.#idleUntil) return;
    this.#isBusy = true;
    // The position such an exchange waited for is there: its stop does not wait for the next attempt in turn.
    for (const leg of [...this.#early].filter((each) => !this.#deps.isFlat(each))) {
      this.#early.delete(leg);
      this.#keepers.get(leg)?.retry();
    }
    const { ending } = this.#want();
    Promise.all([...this.#keepers].map(([leg, keeper]) => keeper.keep(this.#of(leg), ending)))
      .catch((error: unknown) => {
        this.#idleUntil = performance.now() + PAUSE_MS;
        this.#deps.mailbox.put({ type: 'failure', what: 'keeping the stops at the exchange', error });
      })
      .finally(() => (this.#isBusy = false));
  }

  /** Looks at a leg's stops now. @returns whether one turned out to have been triggered */
  async verify(leg: number): Promise<boolean> {
    return (await this.#keepers.get(leg)?.verify()) ?? false;
  }

  /** What rests at the exchanges is known from here on. */
  async recover(): Promise<void> {
    for (const keeper of this.#keepers.values()) await keeper.verify();
  }

  unguarded(): Unguarded {
    const found = new Map<number, Denial>();
    for (const [leg, keeper] of this.#keepers) {
      if (this.#of(leg).every(({ side }) => keeper.rests(side))) continue;
      const { refusal } = keeper;
      // An exchange that wants to see a position first gets its stop right after the entry.
      const isTooEarly = refusal?.isRejected === true && refusal.reason.code !== 'WOULD_TRIGGER';
      if (isTooEarly && this.#deps.isFlat(leg)) {
        this.#early.add(leg);
        continue;
      }
      found.set(leg, required(refusal?.reason.message ?? 'it is being placed.'));
    }
    return found;
  }

  /** Whether it has stops to keep, and so something to do with each tick. */
  get isKeeping(): boolean {
    return this.#keepers.size > 0;
  }

  /** Whether everything that should rest at an exchange does. */
  get isComplete(): boolean {
    if (this.#wanted.length === 0) return false;
    return this.#wanted.every(({ key, side }) => this.#keepers.get(key.leg)?.rests(side) === true);
  }

  /** Takes the stops of legs away that hold nothing any more; a position that stays keeps its stop. */
  async release(): Promise<void> {
    for (const [leg, keeper] of this.#keepers) {
      if (this.#deps.isFlat(leg)) await keeper.release();
    }
  }

  /** Whether `release` leaves a stop where it is. */
  get willStay(): boolean {
    return [...this.#keepers].some(
      ([leg, keeper]) => !this.#deps.isFlat(leg) && (keeper.rests('buy') || keeper.rests('sell')),
    );
  }

  #want(): StrategyView {
    const view = this.#deps.view();
    this.#wanted = this.#keepers.size === 0 ? [] : venueStops(view, (leg) => this.#deps.account(leg));
    return view;
  }

  #of(leg: number): ExchangeStop[] {
    return this.#wanted.filter(({ key }) => key.leg === leg);
  }
}
