import {
  Decimal,
  holdingsChange,
  limitRefusal,
  limitUses,
  limitWarnings,
  marginAsset,
  marginChange,
  needOf,
  reducesOnly,
  riskStopCode,
  ZERO,
  type Denial,
  type Exposure,
  type Fill,
  type Market,
  type Need,
} from '@gridfleet/shared/domain';
import type { OrderRow } from '@gridfleet/shared/infra';
import {
  policyKey,
  resourceKey,
  type AdmissionView,
  type LimitWarning,
  type MarketQuote,
  type ResourceChange,
} from './admission-view.js';
import { capitalRefusal } from './capital.js';
import { judgesValue, pendingOf, priceOf } from './order-value.js';
import type { ScopePolicy } from './policy.js';
import { scopeUse, type HeldNow } from './scope-use.js';

export * from './admission-view.js';

/** Lets orders of one step through or refuses them, and keeps count of what the step reserves and gives back. Pure. */
export class Admission {
  readonly #view: AdmissionView;
  readonly #changes = new Map<string, ResourceChange>();
  /** What new orders take of, by `resourceKey`. */
  readonly #taken = new Set<string>();
  readonly #warnings = new Map<string, LimitWarning>();

  constructor(view: AdmissionView) {
    this.#view = view;
  }

  /**
   * @param orders the strategy's orders that memory holds, finished ones too
   * @param held what it holds, asked for only when a limit needs it
   * @param unguarded why its position must not become larger; null when it may
   */
  refusal(
    market: Market,
    row: OrderRow,
    orders: readonly OrderRow[],
    quote: MarketQuote | null,
    held: () => HeldNow,
    unguarded: Denial | null = null,
  ): Denial | null {
    const exposure = (): Exposure => ({ position: held().base, pending: pendingOf(row, orders) });
    return (
      this.#stateRefusal(market, row, exposure) ??
      (unguarded === null || reducesOnly(market, row, exposure) ? null : unguarded) ??
      this.#limitRefusal(market, row, orders, quote, held, exposure) ??
      this.#fundsRefusal(market, row) ??
      this.#capitalRefusal(market, row, orders, quote, held)
    );
  }

  /** Limits that orders let through in this step nearly used up, one of a kind. */
  warnings(): LimitWarning[] {
    return [...this.#warnings.values()];
  }

  /** An order came to be, changed or ended: what it holds changes. */
  changed(market: Market, before: OrderRow | null, after: OrderRow): void {
    const held = before === null || before.isFinal ? null : needOf(market, before);
    const needed = after.isFinal ? null : needOf(market, after);
    if (held !== null) this.#reserve(after.accountId, held, -1);
    if (needed !== null) this.#reserve(after.accountId, needed, 1);
    if (before === null && needed?.amount.gt(0) === true)
      this.#taken.add(resourceKey(after.accountId, needed.resource));
  }

  /** @param leverage of a contract; null on spot and where nobody knows */
  booked(market: Market, row: OrderRow, fill: Fill, leverage: number | null): void {
    const changes =
      market.type === 'spot'
        ? holdingsChange(market, row.side, fill)
        : [marginChange(market, row, fill, leverage)];
    for (const { resource, amount } of changes) {
      this.#change(row.accountId, resource).holdings.push({ amount, time: fill.time });
    }
  }

  /** In the fixed order in which every transaction locks them. */
  changes(): ResourceChange[] {
    return [...this.#changes.entries()]
      .map(([key, change]) => ({ ...change, isUnjudged: this.#isUnjudged(key, change) }))
      .filter((change) => !change.reserved.isZero() || change.holdings.length > 0)
      .sort((a, b) => a.accountId - b.accountId || (a.resource < b.resource ? -1 : 1));
  }

  /**
   * With the account's amounts at hand each order has been judged by them. A step whose orders take no more than it
   * gives back needs no judgement; trades count, since what an order held may be gone with them. Trades without new
   * orders are booked in any case.
   */
  #isUnjudged(key: string, { reserved, holdings }: ResourceChange): boolean {
    if (this.#view.holdings !== null || !this.#taken.has(key)) return false;
    return holdings.reduce((sum, { amount }) => sum.minus(Decimal.min(ZERO, amount)), reserved).gt(0);
  }

  #stateRefusal(market: Market, row: OrderRow, exposure: () => Exposure): Denial | null {
    for (const policy of this.#applicable(row)) {
      const cause = policy.reason === null ? '' : ` ${policy.reason.message}`;
      if (policy.state === 'HALTED') {
        return { code: 'TRADING_HALTED', message: `Trading is halted for the ${policy.name}.${cause}` };
      }
      if (policy.state === 'REDUCING' && !reducesOnly(market, row, exposure)) {
        const message = `The ${policy.name} may only reduce: this order could make a position larger.${cause}`;
        return { code: riskStopCode(policy.reason?.code) ?? 'TRADING_REDUCING', message };
      }
    }
    return null;
  }

  #limitRefusal(
    market: Market,
    row: OrderRow,
    orders: readonly OrderRow[],
    quote: MarketQuote | null,
    held: () => HeldNow,
    exposure: () => Exposure,
  ): Denial | null {
    const policies = this.#applicable(row).filter(
      ({ limits }) => limits === 'unreadable' || Object.keys(limits).length > 0,
    );
    const price = priceOf(row, quote);
    for (const policy of policies) {
      const { limits, name } = policy;
      if (limits === 'unreadable') {
        return {
          code: 'LIMITS_UNREADABLE',
          message: `The risk limits of the ${name} cannot be read: set them again.`,
        };
      }
      if (price === null) {
        // How far a market order trades beyond the market the exchange decides; what it is worth nobody knows yet.
        if (!judgesValue(limits)) continue;
        const message = 'Without a quote the limits of a market order cannot be judged.';
        return { code: 'NO_QUOTE', message };
      }
      const order = {
        side: row.side,
        price,
        notional: price.times(row.quantity),
        opens: !reducesOnly(market, row, exposure),
        market: quote,
      };
      const others = this.#view.others?.get(policyKey(policy));
      const use = scopeUse(policy, market, row, orders, held, others);
      const uses = limitUses(limits, order, use);
      const refusal = limitRefusal(uses, name);
      if (refusal !== null) return refusal;
      for (const near of limitWarnings(uses))
        this.#warnings.set(`${policyKey(policy)} ${near.code}`, { policy, use: near });
    }
    return null;
  }

  #fundsRefusal(market: Market, row: OrderRow): Denial | null {
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
    const left = Decimal.max(ZERO, free).toFixed();
    const margin = marginAsset(need.resource);
    const [what, beside] =
      margin === null
        ? [need.resource, 'other orders']
        : [`${margin} of margin`, 'positions and other orders'];
    return {
      code: 'FUNDS_RESERVED',
      message:
        `The order needs ${need.amount.toFixed()} ${what}; the account has ` +
        `${left} left beside what ${beside} hold.`,
    };
  }

  #capitalRefusal(
    market: Market,
    row: OrderRow,
    orders: readonly OrderRow[],
    quote: MarketQuote | null,
    held: () => HeldNow,
  ): Denial | null {
    const allocations = (this.#view.allocations ?? []).filter(
      ({ accountId, asset }) => accountId === row.accountId && asset === market.quote,
    );
    const price = priceOf(row, quote);
    if (allocations.length === 0 || market.type !== 'spot' || row.side !== 'buy' || price === null)
      return null;
    const key = resourceKey(row.accountId, market.quote);
    const holding = this.#view.holdings?.get(key);
    const change = this.#changes.get(key);
    const free =
      holding === undefined
        ? null
        : holding.total
            .minus(holding.foreignLocked)
            .minus(holding.reserved)
            .minus(change?.reserved ?? ZERO);
    return capitalRefusal(allocations, row, price.times(row.quantity), orders, held, free);
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
      change = { accountId, resource, reserved: ZERO, holdings: [], isUnjudged: false };
      this.#changes.set(key, change);
    }
    return change;
  }
}
