import type { FillModel } from '@gridfleet/shared/domain/matching';
import type { Clock } from '../clock.js';
import { Klines } from '../market/klines.js';
import { SpotMarket } from '../market/spot-market.js';
import type { Trade } from '../market/tape.js';
import type { MarketStatus } from '../venue/market-states.js';
import { priceUnits } from '../venue/rules.js';
import type { Units } from '../venue/units.js';
import { MarkPrice, type PriceRange } from './mark-price.js';
import type { FuturesRules } from './rules.js';

export interface FundingTerms {
  /** What longs pay to shorts each interval, as a signed fraction of the notional. */
  rate: Units;
  intervalMs: number;
}

/** One perpetual contract: its book and trades, mark price and funding. */
export class FuturesMarket {
  readonly book: SpotMarket;
  readonly mark: MarkPrice;
  /** Rates that were settled, oldest first. */
  readonly fundingHistory: { rate: Units; time: number; mark: Units }[] = [];
  /** Candles of the mark price; they have no volume. */
  readonly markKlines = new Klines();
  /** Anything but `TRADING` takes no orders, `HALT` no cancels either. */
  status: MarketStatus = 'TRADING';
  #traded: PriceRange | undefined;

  constructor(
    readonly rules: FuturesRules,
    clock: Clock,
    firstId: number,
    readonly funding: FundingTerms,
    markSmoothingMs: number,
    fillModel?: FillModel,
  ) {
    this.book = new SpotMarket(rules, clock, firstId, fillModel);
    this.mark = new MarkPrice(this.book, markSmoothingMs);
    this.book.addListener({
      trade: (_market, trade) => this.#note(trade),
      aggTrade: () => undefined,
      quote: () => this.mark.update(clock.now()),
    });
  }

  /** Lowest and highest contract price traded since the last call. */
  takeTradedRange(): PriceRange {
    const last = priceUnits(this.rules, this.book.lastPrice());
    const range = this.#traded ?? { low: last, high: last };
    this.#traded = undefined;
    return range;
  }

  /** When funding is next settled, ms: at the full intervals of the clock. */
  nextFundingTime(now: number): number {
    return (Math.floor(now / this.funding.intervalMs) + 1) * this.funding.intervalMs;
  }

  /** Lets the mark price follow the market to `now`, and notes it. */
  tick(now: number): void {
    this.mark.update(now);
    const price = Number(this.mark.value / this.rules.tick);
    if (price > 0) this.markKlines.add({ id: 0, price, quantity: 0, aggressor: 'buy', time: now });
  }

  #note(trade: Trade): void {
    const price = priceUnits(this.rules, trade.price);
    const range = (this.#traded ??= { low: price, high: price });
    if (price < range.low) range.low = price;
    if (price > range.high) range.high = price;
  }
}
