import { refuse } from './errors.js';
import { priceTicks, quantitySteps } from './filters.js';
import { isMarketType, type OrderTicket } from './order.js';
import { isTradable, priceUnits, quantityUnits, type SymbolRules } from './rules.js';

/** `BREAK` and `CANCEL_ONLY` take cancels and no orders, `HALT` takes neither. */
export const MARKET_STATUSES = ['TRADING', 'HALT', 'BREAK', 'CANCEL_ONLY'] as const;
export type MarketStatus = (typeof MARKET_STATUSES)[number];

export type RuleChanges = Partial<
  Pick<
    SymbolRules,
    'tick' | 'minPrice' | 'maxPrice' | 'step' | 'minQty' | 'maxQty' | 'minNotional' | 'maxNotional'
  >
>;

/** What may change about a venue's markets while they run: their status, their filters, whether they are listed. */
export class MarketStates {
  readonly #statuses = new Map<string, MarketStatus>();
  readonly #changes = new Map<string, RuleChanges>();
  readonly #delisted = new Set<string>();

  statusOf(rules: SymbolRules): MarketStatus {
    return isTradable(rules) ? (this.#statuses.get(rules.symbol) ?? 'TRADING') : 'BREAK';
  }

  setStatus(symbol: string, status: MarketStatus): void {
    this.#statuses.set(symbol, status);
  }

  isListed(symbol: string): boolean {
    return !this.#delisted.has(symbol);
  }

  delist(symbol: string): void {
    this.#delisted.add(symbol);
  }

  relist(symbol: string): void {
    this.#delisted.delete(symbol);
  }

  /**
   * Changes filters from now on; open orders stay as they are. Null goes back to the standard rules.
   * @throws RangeError when a new tick or step is not a multiple of the market's own, which counts its prices.
   */
  changeRules(rules: SymbolRules, changes: RuleChanges | null): void {
    const { tick = rules.tick, step = rules.step } = changes ?? {};
    if (tick <= 0n || tick % rules.tick !== 0n) {
      throw new RangeError(`tickSize of ${rules.symbol} must be a multiple of what it is now`);
    }
    if (step <= 0n || step % rules.step !== 0n) {
      throw new RangeError(`stepSize of ${rules.symbol} must be a multiple of what it is now`);
    }
    if (changes) this.#changes.set(rules.symbol, changes);
    else this.#changes.delete(rules.symbol);
  }

  /** The rules as `exchangeInfo` shows them now. */
  shown(rules: SymbolRules): SymbolRules {
    const changes = this.#changes.get(rules.symbol);
    return changes ? { ...rules, ...changes } : rules;
  }

  /** @throws VenueError -1013 when the market takes no orders, or the order does not fit changed filters. */
  checkOrder({ rules, type, price, stopPrice, amount }: OrderTicket): void {
    if (this.statusOf(rules) !== 'TRADING') throw refuse.marketClosed();
    const shown = this.shown(rules);
    if (shown === rules) return;
    for (const ticks of [price, stopPrice]) if (ticks > 0) priceTicks(shown, priceUnits(rules, ticks));
    if ('quantity' in amount) quantitySteps(shown, quantityUnits(rules, amount.quantity), isMarketType(type));
  }

  /** @throws VenueError -1013 when the market takes no cancels. */
  checkCancel(rules: SymbolRules): void {
    if (this.statusOf(rules) === 'HALT') throw refuse.marketClosed();
  }
}
