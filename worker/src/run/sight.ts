import { dec, decStr, sum, type StrategyEvent } from '@gridfleet/shared/domain';
import type { VenueAccount } from '../venue/venue.js';
import type { AccountStore } from './account-store.js';
import type { Mailbox } from './mailbox.js';
import type { RunFrame } from './step.js';

/** A look that nothing has come of is asked for again after this long, ms. */
const AGAIN_MS = 2_000;

export type AccountEvent = Extract<StrategyEvent, { type: 'account' }>;

export interface SightDeps {
  frame: RunFrame;
  accounts: AccountStore;
  mailbox: Mailbox;
  account(leg: number): VenueAccount;
}

/** Answers a machine that wants to know what its account has: asks for a look, and tells what it has shown. */
export class Sight {
  readonly #deps: SightDeps;
  /** Since when a look is wanted, ms; null when none is. */
  #wantedAt: number | null = null;
  #askedAt = 0;

  constructor(deps: SightDeps) {
    this.#deps = deps;
  }

  get isWanted(): boolean {
    return this.#wantedAt !== null;
  }

  want(now: number): void {
    this.#wantedAt ??= now;
  }

  /** Whether a look has to be asked for now: once, and again when nothing has come of it. */
  isDue(now: number): boolean {
    if (this.#wantedAt === null || now - this.#askedAt < AGAIN_MS) return false;
    this.#askedAt = now;
    return true;
  }

  /** A complete look that began then is booked; if it was wanted, what it has shown comes as letters. */
  looked(startedAt: number): void {
    if (this.#wantedAt === null || startedAt < this.#wantedAt) return;
    this.#wantedAt = null;
    this.#askedAt = 0;
    const { frame, mailbox } = this.#deps;
    for (const { leg } of frame.context.legs) {
      this.#see(leg, startedAt)
        .then((event) => mailbox.put({ type: 'sight', event }))
        .catch((error: unknown) => mailbox.put({ type: 'failure', what: 'reading the account', error }));
    }
  }

  async #see(leg: number, at: number): Promise<AccountEvent> {
    const { frame, accounts } = this.#deps;
    const market = frame.context.legs[leg]?.market;
    if (market === undefined) throw new RangeError(`the strategy has no leg ${leg}`);
    const { symbol, type } = market;
    const event = { type: 'account', leg, market: symbol, at } as const;
    if (type !== 'spot') {
      // The claim on a contract is exclusive: what is held there is the strategy's.
      const positions = (await this.#deps.account(leg).futures?.positions(symbol)) ?? null;
      const position =
        positions === null ? null : decStr(sum(positions.map(({ amount }) => dec(amount).abs())));
      return { ...event, base: null, quote: null, position };
    }
    const free = await accounts.free(frame.accountIds[leg] ?? 0, [market.base, market.quote]);
    const { base, quote } = { base: free.get(market.base), quote: free.get(market.quote) };
    return { ...event, base: base ?? null, quote: quote ?? null, position: null };
  }
}
