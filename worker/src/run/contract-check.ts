import {
  dec,
  isOurs,
  ZERO,
  type Decimal,
  type Market,
  type PositionSide,
  type Reason,
} from '@gridfleet/shared/domain';
import type { Logger } from '@gridfleet/shared/infra';
import type { VenueAccount, VenueFill } from '../venue/venue.js';
import type { FundingPayment, OrderOrigin, VenueFutures, VenuePosition } from '../venue/venue-futures.js';
import type { AccountStore } from './account-store.js';
import type { ContractBooks, ForeignTrade } from './contract-books.js';

/** Funding comes every few hours; without news of it, it is asked for this often, ms. */
const FUNDING_EVERY_MS = 5 * 60_000;
/** Looks that ask for funding the stream has told of: it may be listed late. */
const FUNDING_LOOKS = 4;
/** Payments are listed late; those booked already are left out, ms. */
export const FUNDING_OVERLAP_MS = 10 * 60_000;

/** How the journal and the reason call a trade that was not ours. */
const CAUSES: Readonly<Record<OrderOrigin['by'], string>> = {
  account: 'MANUAL_TRADE',
  liquidation: 'LIQUIDATION',
  'auto-deleveraging': 'AUTO_DELEVERAGING',
  settlement: 'SETTLEMENT',
};

/** What a strategy holds by its fills, base by position side; below zero when short. */
export type Held = ReadonlyMap<PositionSide, Decimal>;

export interface ContractLeg {
  leg: number;
  accountId: number;
  market: Market;
  account: VenueAccount;
  futures: VenueFutures;
  /** Whether a stop of ours turns out to have made trades that nobody can explain: they are its order's then. */
  stopTraded(): Promise<boolean>;
}

export interface ContractCheckDeps {
  store: AccountStore;
  books: ContractBooks;
  strategyId: number;
  salt: string | readonly string[];
  /** Funding before this is booked, ms since epoch. */
  fundingFrom: number;
  /** What keeps the strategy from opening whatever its position is; null for nothing. */
  standing: Reason | null;
  log: Logger;
}

export interface ContractFindings {
  /** Funding to be booked. */
  funding: FundingPayment[];
  /** The books and the account differ, and another look must tell whether that stays so. */
  inDoubt: boolean;
}

/**
 * The part of reconciliation that concerns contracts: positions by market and side, trades nobody here made, funding. A
 * strategy whose position is not the account's may only reduce until the two agree.
 */
export class ContractCheck {
  readonly #deps: ContractCheckDeps;
  /** The last look's difference, by leg. */
  readonly #differences = new Map<number, string>();
  readonly #fundingAt = new Map<number, number>();
  readonly #told = new Set<string>();
  #fundingLooks = 0;

  constructor(deps: ContractCheckDeps) {
    this.#deps = deps;
  }

  /** The stream has told of funding. */
  expectFunding(): void {
    this.#fundingLooks = FUNDING_LOOKS;
  }

  /** @param held read after the venue's positions: what comes in meanwhile shows as a passing difference */
  async look(leg: ContractLeg, trades: readonly VenueFill[], held: () => Held): Promise<ContractFindings> {
    const { accountId, market, futures } = leg;
    await this.#bookForeign(leg, trades);
    const readAt = new Date();
    const positions = await futures.positions(market.symbol);
    await this.#deps.books.recordPositions(accountId, market.symbol, positions, readAt);
    const inDoubt = await this.#judge(leg, positions, held());
    return { funding: await this.#funding(leg), inDoubt };
  }

  async #bookForeign(leg: ContractLeg, trades: readonly VenueFill[]): Promise<void> {
    const { books, strategyId, salt, log } = this.#deps;
    const { accountId, futures } = leg;
    const { symbol } = leg.market;
    let unexplained = await books.unexplained(accountId, symbol, trades);
    if (unexplained.length > 0 && (await leg.stopTraded()))
      unexplained = await books.unexplained(accountId, symbol, trades);
    const origins = new Map<string, OrderOrigin>();
    const found: ForeignTrade[] = [];
    for (const trade of unexplained) {
      const { exchangeOrderId } = trade;
      const origin = origins.get(exchangeOrderId) ?? (await futures.originOf(symbol, exchangeOrderId));
      origins.set(exchangeOrderId, origin);
      const { by, clientOrderId } = origin;
      // An order of ours whose answer was lost: its own report brings it in.
      if (clientOrderId !== null && isOurs(clientOrderId, salt)) continue;
      found.push({ trade, clientOrderId, cause: CAUSES[by] });
    }
    if (found.length === 0) return;
    await books.bookForeign(strategyId, accountId, symbol, found);
    log.warn(
      { market: symbol, trades: found.length, cause: found.at(-1)?.cause },
      'trades that are not ours',
    );
  }

  /** @returns whether another look is needed. */
  async #judge(leg: ContractLeg, positions: readonly VenuePosition[], held: Held): Promise<boolean> {
    const sides = new Set<PositionSide>([...held.keys(), ...positions.map((each) => each.positionSide)]);
    const differing = [...sides].flatMap((side) => {
      const ours = held.get(side) ?? ZERO;
      const theirs = positions
        .filter(({ positionSide }) => positionSide === side)
        .reduce((sum, { amount }) => sum.plus(amount), ZERO);
      return ours.eq(theirs) ? [] : [{ side, ours, theirs }];
    });
    const difference = differing
      .map(({ side, ours, theirs }) => `${side} ${theirs.minus(ours).toFixed()}`)
      .sort()
      .join(' ');
    const before = this.#differences.get(leg.leg);
    this.#differences.set(leg.leg, difference);
    // One look proves nothing: a trade may be booked on one side only.
    // A second look soon settles most; what keeps changing waits for the next in turn.
    if (before !== difference) return difference !== '' && (before ?? '') === '';
    const mismatch = difference === '' ? null : await this.#reasonOf(leg, differing);
    const reason = mismatch ?? this.#deps.standing;
    const state = reason === null ? 'ACTIVE' : 'REDUCING';
    const { store, strategyId, log } = this.#deps;
    if (await store.judgeStrategy(strategyId, leg.accountId, state, reason)) {
      log.warn({ state, reason }, 'reconciliation changed the trading state');
    }
    return false;
  }

  async #reasonOf(
    { accountId, market }: ContractLeg,
    differing: readonly { side: PositionSide; ours: Decimal; theirs: Decimal }[],
  ): Promise<Reason> {
    const what = differing
      .map(({ side, ours, theirs }) => {
        const named = side === 'net' ? '' : `${side} `;
        return `${named}${ours.toFixed()} ${market.base} by its fills and ${theirs.toFixed()} at the exchange`;
      })
      .join('; ');
    const last = await this.#deps.books.lastForeign(accountId, market.symbol);
    const because = last === null ? '' : ` Last trade that was not ours: ${last.cause} (${last.text}).`;
    return {
      code: last === null ? 'POSITION_MISMATCH' : `POSITION_${last.cause}`,
      message: `The strategy holds ${what}.${because}`,
    };
  }

  async #funding({ leg, accountId, market, futures }: ContractLeg): Promise<FundingPayment[]> {
    const now = Date.now();
    const last = this.#fundingAt.get(leg);
    if (last !== undefined && this.#fundingLooks === 0 && now - last < FUNDING_EVERY_MS) return [];
    this.#fundingAt.set(leg, now);
    this.#fundingLooks = Math.max(0, this.#fundingLooks - 1);
    const since = Math.max(this.#deps.fundingFrom, (last ?? 0) - FUNDING_OVERLAP_MS);
    const listed = await futures.fundingSince(market.symbol, since);
    const fresh = listed.filter(({ id, amount }) => !this.#told.has(`${leg} ${id}`) && !dec(amount).isZero());
    const unbooked = await this.#deps.books.unbooked(accountId, market.symbol, fresh);
    const [ours, others] = [
      unbooked.filter(({ asset }) => asset === market.quote),
      unbooked.filter(({ asset }) => asset !== market.quote),
    ];
    for (const { id } of unbooked) this.#told.add(`${leg} ${id}`);
    if (others.length > 0) this.#deps.log.error({ others }, 'funding in another asset is not booked');
    return ours;
  }
}
