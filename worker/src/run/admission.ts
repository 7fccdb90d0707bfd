import {
  dec,
  Decimal,
  holdingsChange,
  limitRefusal,
  needOf,
  reducesOnly,
  ZERO,
  type Fill,
  type Market,
  type Need,
  type Reason,
} from '@gridfleet/shared/domain';
import type { OrderRow } from '@gridfleet/shared/infra';
import type { ScopePolicy } from './policy.js';

/** What an account has of a resource, as the transaction that writes the intents has locked it. */
export interface Holding {
  total: Decimal;
  foreignLocked: Decimal;
  reserved: Decimal;
  /** Venue balances of this moment are in `total`; only later trades change it. */
  readAt: number;
}

/** What a step may rely on. */
export interface AdmissionView {
  /** Platform, strategy and the accounts of its legs. */
  policies: readonly ScopePolicy[];
  /**
   * By `resourceKey`; a resource without entry is not limited. Null in a first try without locks: then the batch's own
   * guard decides whether it is enough.
   */
  holdings: ReadonlyMap<string, Holding> | null;
}

export function resourceKey(accountId: number, resource: string): string {
  return `${accountId} ${resource}`;
}

/** A booked trade's effect on what an account has, if the balances were read before it. */
export interface HoldingChange {
  amount: Decimal;
  time: number;
}

export interface ResourceChange {
  accountId: number;
  resource: string;
  /** Change of what our unfinished orders hold. */
  reserved: Decimal;
  holdings: HoldingChange[];
}

export interface MarketQuote {
  bid: Decimal;
  ask: Decimal;
}

/** Lets orders of one step through or refuses them, and keeps count of what the step reserves and gives back. Pure. */
export class Admission {
  readonly #view: AdmissionView;
  readonly #changes = new Map<string, ResourceChange>();

  constructor(view: AdmissionView) {
    this.#view = view;
  }

  /** @param open the strategy's unfinished orders */
  refusal(
    market: Market,
    row: OrderRow,
    open: readonly OrderRow[],
    quote: MarketQuote | null,
  ): Reason | null {
    return (
      this.#stateRefusal(market, row) ??
      this.#limitRefusal(row, open, quote) ??
      this.#fundsRefusal(market, row)
    );
  }

  /** An order came to be, changed or ended: what it holds changes. */
  changed(market: Market, before: OrderRow | null, after: OrderRow): void {
    const held = before === null || before.isFinal ? null : needOf(market, before);
    const needed = after.isFinal ? null : needOf(market, after);
    if (held !== null) this.#reserve(after.accountId, held, -1);
    if (needed !== null) this.#reserve(after.accountId, needed, 1);
  }

  booked(market: Market, row: OrderRow, fill: Fill): void {
    for (const { resource, amount } of holdingsChange(market, row.side, fill)) {
      this.#change(row.accountId, resource).holdings.push({ amount, time: fill.time });
    }
  }

  /** In the fixed order in which every transaction locks them. */
  changes(): ResourceChange[] {
    return [...this.#changes.values()]
      .filter((change) => !change.reserved.isZero() || change.holdings.length > 0)
      .sort((a, b) => a.accountId - b.accountId || (a.resource < b.resource ? -1 : 1));
  }

  #stateRefusal(market: Market, row: OrderRow): Reason | null {
    for (const policy of this.#applicable(row)) {
      const cause = policy.reason === null ? '' : ` ${policy.reason.message}`;
      if (policy.state === 'HALTED') {
        return { code: 'TRADING_HALTED', message: `Trading is halted for the ${policy.name}.${cause}` };
      }
      if (policy.state === 'REDUCING' && !reducesOnly(market, row)) {
        const message = `The ${policy.name} may only reduce: this order could make a position larger.${cause}`;
        return { code: 'TRADING_REDUCING', message };
      }
    }
    return null;
  }

  #limitRefusal(row: OrderRow, open: readonly OrderRow[], quote: MarketQuote | null): Reason | null {
    const policies = this.#applicable(row);
    if (policies.every(({ limits }) => limits !== 'unreadable' && Object.keys(limits).length === 0))
      return null;
    const price = row.price === null ? (row.side === 'buy' ? quote?.ask : quote?.bid) : dec(row.price);
    if (price === undefined) {
      return { code: 'NO_QUOTE', message: 'Without a quote the limits of a market order cannot be judged.' };
    }
    const openNotional = open.reduce(
      (total, order) =>
        order.price === null
          ? total
          : total.plus(Decimal.max(ZERO, dec(order.quantity).minus(order.filledQuantity)).times(order.price)),
      ZERO,
    );
    const order = {
      side: row.side,
      price,
      notional: price.times(row.quantity),
      openOrders: open.length,
      openNotional,
      market: quote,
    };
    for (const { limits, name } of policies) {
      if (limits === 'unreadable') {
        return {
          code: 'LIMITS_UNREADABLE',
          message: `The risk limits of the ${name} cannot be read: set them again.`,
        };
      }
      const refusal = limitRefusal(limits, name, order);
      if (refusal !== null) return refusal;
    }
    return null;
  }

  #fundsRefusal(market: Market, row: OrderRow): Reason | null {
    const { holdings } = this.#view;
    if (holdings === null) return null;
    const need = needOf(market, row);
    const key = resourceKey(row.accountId, need.resource);
    const holding = holdings.get(key);
    if (holding === undefined || need.amount.isZero()) return null;
    const change = this.#changes.get(key);
    const total = (change?.holdings ?? [])
      .filter(({ time }) => time > holding.readAt)
      .reduce((sum, { amount }) => sum.plus(amount), holding.total);
    const reserved = holding.reserved.plus(change?.reserved ?? ZERO);
    const free = total.minus(holding.foreignLocked).minus(reserved);
    if (need.amount.lte(free)) return null;
    return {
      code: 'FUNDS_RESERVED',
      message:
        `The order needs ${need.amount.toFixed()} ${need.resource}; the account has ` +
        `${Decimal.max(ZERO, free).toFixed()} left beside what other orders hold.`,
    };
  }

  #applicable(row: OrderRow): ScopePolicy[] {
    return this.#view.policies.filter((policy) => policy.table !== 'account' || policy.id === row.accountId);
  }

  #reserve(accountId: number, need: Need, sign: 1 | -1): void {
    const change = this.#change(accountId, need.resource);
    change.reserved = change.reserved.plus(sign === 1 ? need.amount : need.amount.negated());
  }

  #change(accountId: number, resource: string): ResourceChange {
    const key = resourceKey(accountId, resource);
    let change = this.#changes.get(key);
    if (change === undefined) {
      change = { accountId, resource, reserved: ZERO, holdings: [] };
      this.#changes.set(key, change);
    }
    return change;
  }
}
