import {
  strategyKinds,
  type BoundStrategy,
  type Command,
  type Fill,
  type MachineState,
  type Market,
  type OrderUpdate,
  type PlanContext,
  type StrategyEvent,
} from '@gridfleet/shared/domain';
import { rateOf } from './measure.js';

/** Cells of the measured grid, the demo's number. */
export const CELLS = 20;

const MARKET: Market = {
  symbol: 'BTC/USDT',
  type: 'spot',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.01',
  stepSize: '0.00001',
  minQuantity: '0.00001',
  maxQuantity: '9000',
  minNotional: '5',
  active: true,
};
const PARAMS = {
  lower: '61652.13',
  upper: '62023.15',
  levels: CELLS + 1,
  quantity: { value: '0.005' },
  initialInventory: 'have',
  initialOrder: 'market',
};
const BID = 6_183_763;
const CONTEXT: PlanContext = {
  legs: [
    {
      leg: 0,
      market: MARKET,
      bid: BID,
      ask: BID + 1,
      makerRate: '0.0001',
      takerRate: '0.001',
      baseFree: null,
      quoteFree: null,
    },
  ],
};

type Place = Extract<Command, { type: 'place' }>;

function isPlace(command: Command): command is Place {
  return command.type === 'place';
}

function started(): { strategy: BoundStrategy; state: MachineState; orders: Place[] } {
  const strategy = strategyKinds.get('range-grid')?.bind(PARAMS);
  if (strategy === undefined) throw new Error('range-grid is not registered');
  const { state, commands } = strategy.start({ ...CONTEXT, firstGeneration: 1, carried: null }, 0);
  return { strategy, state, orders: commands.filter(isPlace) };
}

function filled(order: Place, trade: number): OrderUpdate {
  // Prices and fees are of no interest here, only that they are exact and change.
  const fill: Fill = {
    tradeId: String(trade),
    price: '61837.64',
    quantity: '0.005',
    quoteQuantity: '309.1882',
    fee: order.side === 'buy' ? '0.0000005' : '0.03091882',
    feeAsset: order.side === 'buy' ? 'BTC' : 'USDT',
    feeQuote: '0.03091882',
    maker: true,
    time: trade,
  };
  const { key, side, generation, price, quantity } = order;
  return {
    key,
    side,
    generation,
    price,
    quantity,
    state: 'filled',
    filled: quantity,
    fills: [fill],
    refusal: null,
  };
}

/** Steps per second of a trading grid to which prices come that change nothing. */
export function quoteRate(): number {
  const { strategy, state: first } = started();
  let state = first;
  let offset = 0;
  return rateOf(() => {
    offset = (offset + 1) % 100;
    const bid = BID + offset;
    const event: StrategyEvent = { type: 'quote', leg: 0, market: MARKET.symbol, bid, ask: bid + 1 };
    state = strategy.on(CONTEXT, state, event, 0).state;
  });
}

/** Steps per second of a grid whose orders fill one after the other, each fill arming the counter order. */
export function fillRate(): number {
  const { strategy, state: first, orders } = started();
  let state = first;
  let trade = 0;
  return rateOf(() => {
    const order = orders.shift();
    if (order === undefined) throw new Error('the grid has run out of orders');
    trade += 1;
    const step = strategy.on(CONTEXT, state, { type: 'order', update: filled(order, trade) }, 0);
    state = step.state;
    orders.push(...step.commands.filter(isPlace));
  });
}
