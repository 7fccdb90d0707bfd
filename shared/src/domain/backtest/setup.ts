import type { Decimal, DecimalString } from '../numbers/decimal.js';
import type { Market, Steps, Ticks } from '../market/market.js';
import type { Side } from '../order/order.js';
import type { Reason } from '../strategy/events.js';
import type { FeeCurrency } from '../strategy/fee-currency.js';
import type { LegContext } from '../strategy/kind.js';
import type { BoundStrategy } from '../strategy/registry.js';
import type { FillLog } from './fill-log.js';

/** What is traded and on which terms. Rates are fractions of the notional. */
export interface BacktestSetup {
  kind: string;
  strategy: BoundStrategy;
  market: Market;
  fees: { maker: DecimalString; taker: DecimalString; currency: FeeCurrency };
  /** Funds at the start; quote null means what the plan asks for, base null likewise. */
  balance: { quote: DecimalString | null; base: DecimalString | null };
  /** What a market order pays beyond the price it is placed at, as a fraction; default 0. */
  slippage?: DecimalString;
}

export interface OpenOrder {
  side: Side;
  price: Ticks;
  quantity: Steps;
}

/** What either engine hands over: fills and what the machine counted itself. Everything else follows from them. */
export interface Run {
  log: FillLog;
  /** Fills of the start (initial inventory) at the front of the log. */
  startFills: number;
  /** Base the strategy holds once it has started. */
  initialBase: Decimal;
  /** Completed cycles by slot. */
  cellCycles: ReadonlyMap<number, number>;
  /** Quote. */
  grossGridProfit: Decimal;
  netGridProfit: Decimal;
  openOrders: OpenOrder[];
  /** When and why the strategy ended before the market data did; null otherwise. */
  ended: { row: number; reason: Reason } | null;
}

/** The leg at the quotes of the start. */
export function legAt(setup: BacktestSetup, bid: Ticks, ask: Ticks = bid): LegContext {
  const { market, fees, balance } = setup;
  return {
    leg: 0,
    market,
    bid,
    ask,
    makerRate: fees.maker,
    takerRate: fees.taker,
    feeCurrency: fees.currency,
    baseFree: balance.base,
    quoteFree: balance.quote,
  };
}
