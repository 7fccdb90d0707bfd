import { accountMargin, marginBehind, positionMargin, type MarginSources } from './account-margin.js';
import type { FuturesEvents } from './events.js';
import type { FuturesMarket } from './futures-market.js';
import { liquidationStep } from './liquidation-step.js';
import type { FuturesOrder } from './order.js';
import type { Position } from './position.js';
import type { Settlement } from './settlement.js';
import type { FuturesTrading } from './trading.js';
import type { Trader } from './trader.js';

/** A margin call is sent when maintenance margin reaches this part of the margin balance, percent. */
const CALL_PERCENT = 80n;

export interface LiquidationParts {
  now: () => number;
  sources: MarginSources;
  trading: FuturesTrading;
  settlement: Settlement;
  events: FuturesEvents;
  marketOf: (symbol: string) => FuturesMarket;
  /** Told of every liquidation order. */
  onLiquidated: (market: FuturesMarket, order: FuturesOrder) => void;
}

/**
 * Closes positions whose margin no longer covers the maintenance margin, step by step: down to the next smaller leverage
 * bracket at the mark price, for a fee out of what margin is left, until the rest is covered or nothing is left. A
 * position that has lost more than its margin goes as a whole at its bankruptcy price, without fee.
 */
export class Liquidation {
  readonly #called = new Set<Trader>();
  #count = 0;

  constructor(private readonly parts: LiquidationParts) {}

  check(trader: Trader): void {
    for (const position of trader.openPositions()) {
      if (!trader.settings(position.rules.symbol).isolated || !this.#isolatedIsShort(trader, position))
        continue;
      this.#cancelOrders(trader, position.rules.symbol);
      while (this.#isolatedIsShort(trader, position)) this.#close(trader, position);
    }
    if (this.#crossIsShort(trader)) {
      // Open orders hold no money of their own here, but they must not open what is being closed.
      this.#cancelOrders(trader);
      while (this.#crossIsShort(trader))
        for (const position of this.#crossPositions(trader)) this.#close(trader, position);
    }
    this.#call(trader);
  }

  #isolatedIsShort(trader: Trader, position: Position): boolean {
    if (position.steps === 0) return false;
    const { maintenance, unrealised } = positionMargin(this.parts.sources, trader, position);
    return position.isolatedWallet + unrealised <= maintenance;
  }

  #crossIsShort(trader: Trader): boolean {
    if (this.#crossPositions(trader).length === 0) return false;
    const { crossWallet, crossUnrealised, crossMaintenance } = accountMargin(this.parts.sources, trader);
    return crossWallet + crossUnrealised <= crossMaintenance;
  }

  #crossPositions(trader: Trader): Position[] {
    return trader.openPositions().filter(({ rules }) => !trader.settings(rules.symbol).isolated);
  }

  #cancelOrders(trader: Trader, symbol?: string): void {
    const { sources, trading, marketOf } = this.parts;
    for (const order of sources.openOrders(trader, symbol))
      trading.cancel(marketOf(order.rules.symbol), order);
  }

  #close(trader: Trader, position: Position): void {
    const { now, sources, trading, settlement, marketOf, onLiquidated } = this.parts;
    const { rules, side, steps } = position;
    const market = marketOf(rules.symbol);
    const margin = marginBehind(sources, trader, position);
    const { price, quantity, fee } = liquidationStep(position, margin, sources.mark(rules.symbol));
    const time = now();
    const order = trading.accept(trader, {
      rules,
      side: steps > 0 ? 'SELL' : 'BUY',
      positionSide: side,
      type: 'LIMIT',
      timeInForce: 'IOC',
      price,
      quantity,
      reduceOnly: side === 'BOTH',
      clientOrderId: `autoclose-${time}${String(this.#count++).padStart(4, '0')}`,
      stpMode: 'EXPIRE_MAKER',
      priceMatch: 'NONE',
      goodTillDate: 0,
      origType: 'LIMIT',
      closePosition: false,
    });
    const tradeId = market.book.nextTradeId++;
    settlement.fill(order, { tradeId, price, quantity, time, maker: false, liquidationFee: fee });
    onLiquidated(market, order);
  }

  /** Once each time the margin gets short. */
  #call(trader: Trader): void {
    const positions = this.#crossPositions(trader);
    const { crossWallet, crossUnrealised, crossMaintenance } = accountMargin(this.parts.sources, trader);
    const short = crossMaintenance * 100n >= (crossWallet + crossUnrealised) * CALL_PERCENT;
    if (positions.length === 0 || !short) this.#called.delete(trader);
    else if (!this.#called.has(trader)) {
      this.#called.add(trader);
      this.parts.events.marginCall(trader, positions, this.parts.now());
    }
  }
}
