import type { Steps, Ticks } from '@gridfleet/shared/domain';
import type { OrderStatus } from '../venue/order.js';
import { quoteUnits } from '../venue/rules.js';
import { timesRate, type Units } from '../venue/units.js';
import type { FuturesEvents, FuturesExecution } from './events.js';
import { initialMargin } from './margin.js';
import { mayOnlyReduce, signed, type FuturesFill, type FuturesOrder } from './order.js';
import type { FuturesOrderStore } from './order-store.js';
import { changeOf, type Position, type PositionChange } from './position.js';
import type { WalletBook } from './wallet-book.js';

/** One trade as far as it concerns one order. */
export interface Execution {
  tradeId: number;
  price: Ticks;
  quantity: Steps;
  maker: boolean;
  time: number;
  /** Marks a liquidation, which pays this fee in place of a commission. */
  liquidationFee?: Units;
}

/** Steps of its position that an order of this side and mode could close now. */
export function closableSteps(order: Pick<FuturesOrder, 'side'>, position: Pick<Position, 'steps'>): Steps {
  const against = signed(order.side, 1) * position.steps < 0;
  return against ? Math.abs(position.steps) : 0;
}

/** Books trades into positions and wallets, and ends orders. */
export class Settlement {
  constructor(
    private readonly store: FuturesOrderStore,
    private readonly wallets: WalletBook,
    private readonly events: FuturesEvents,
  ) {}

  /**
   * Books a trade of an order; an order that may only reduce takes part in it at most with what is left of its
   * position, the outside market takes the rest.
   * @returns the steps booked.
   */
  fill(order: FuturesOrder, execution: Execution): Steps {
    const { trader, rules } = order;
    const position = trader.position(rules, order.positionSide);
    const quantity = mayOnlyReduce(order)
      ? Math.min(execution.quantity, closableSteps(order, position))
      : execution.quantity;
    if (quantity === 0) return 0;
    const { price, tradeId, time, maker, liquidationFee } = execution;
    const change = changeOf(position, signed(order.side, quantity), price);
    const quote = quoteUnits(rules, price, quantity);
    const commission = liquidationFee ?? timesRate(quote, maker ? trader.makerRate : trader.takerRate);
    this.#moveMargin(position, change, trader.settings(rules.symbol));
    position.steps += signed(order.side, quantity);
    position.cost += change.costOpened - change.costClosed;
    position.realised += change.realised;
    position.updateTime = time;

    order.executed += quantity;
    order.quote += quote;
    order.updateTime = time;
    order.status = order.executed === order.quantity ? 'FILLED' : 'PARTIALLY_FILLED';
    const fill: FuturesFill = {
      tradeId,
      order,
      price,
      quantity,
      quote,
      commission,
      realised: change.realised,
      maker,
      time,
    };
    this.store.addFill(fill);
    this.store.update(order);
    const about = { symbol: rules.symbol, tradeId: String(tradeId) };
    this.wallets.book(trader, { type: 'REALIZED_PNL', amount: change.realised, ...about });
    this.wallets.book(trader, { type: 'COMMISSION', amount: -commission, ...about });
    this.wallets.tell(trader, 'ORDER', { positions: [position] });
    this.events.order({
      order,
      execution: liquidationFee === undefined ? 'TRADE' : 'CALCULATED',
      fill,
      time,
    });
    return quantity;
  }

  /** Ends an order that is open. */
  end(order: FuturesOrder, status: OrderStatus, execution: FuturesExecution, time: number): void {
    order.status = status;
    order.updateTime = time;
    this.store.update(order);
    this.events.order({ order, execution, time });
  }

  /** In isolated mode opening takes margin from the cross wallet, closing gives its share back. */
  #moveMargin(
    position: Position,
    change: PositionChange,
    { isolated, leverage }: { isolated: boolean; leverage: number },
  ): void {
    if (!isolated) return;
    const size = Math.abs(position.steps);
    const released = size === 0 ? 0n : share(position.isolatedWallet, change.closed, size);
    position.isolatedWallet += initialMargin(change.costOpened, leverage) - released;
  }
}

function share(amount: Units, part: Steps, of: Steps): Units {
  return (amount * BigInt(part)) / BigInt(of);
}
