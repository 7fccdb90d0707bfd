import type { AlgoOrder } from '../futures/algo-order.js';
import type { Income } from '../futures/events.js';
import type { FuturesFill, FuturesOrder } from '../futures/order.js';
import type { Position } from '../futures/position.js';
import type { Trader } from '../futures/trader.js';
import { priceUnits, quantityUnits } from '../venue/rules.js';
import { unitsText } from '../venue/units.js';

/** Amounts, prices and quantities in all records are decimal texts. */
type Texts<T, Names extends keyof T> = Omit<T, Names> & Record<Names, string>;
type Owned<T> = Omit<T, 'rules' | 'trader'> & { apiKey: string; symbol: string };

export type OrderState = Texts<Owned<FuturesOrder>, 'price' | 'quantity' | 'executed' | 'quote'>;

export type FillState = Texts<
  Omit<FuturesFill, 'order'>,
  'price' | 'quantity' | 'quote' | 'commission' | 'realised'
> & { orderId: number };

export type IncomeState = Texts<Omit<Income, 'trader'>, 'amount'> & { apiKey: string };

export type AlgoState = Texts<
  Omit<Owned<AlgoOrder>, 'order' | 'extreme'>,
  'price' | 'quantity' | 'triggerPrice' | 'activationPrice' | 'callbackRate'
> & {
  /** The order it became. */
  orderId?: number;
  extreme?: string;
};

export type PositionState = Texts<
  Omit<Position, 'rules'> & { symbol: string },
  'steps' | 'cost' | 'isolatedWallet' | 'realised'
>;

export interface TraderState {
  apiKey: string;
  makerRate: string;
  takerRate: string;
  hedged: boolean;
  openTime: number;
  updateTime: number;
  wallet: Record<string, string>;
  settings: Record<string, { leverage: number; isolated: boolean }>;
  positions: PositionState[];
}

export function orderState({ rules, trader, ...order }: FuturesOrder): OrderState {
  return {
    ...order,
    apiKey: trader.account.apiKey,
    symbol: rules.symbol,
    price: unitsText(priceUnits(rules, order.price)),
    quantity: unitsText(quantityUnits(rules, order.quantity)),
    executed: unitsText(quantityUnits(rules, order.executed)),
    quote: unitsText(order.quote),
  };
}

export function fillState({ order, ...fill }: FuturesFill): FillState {
  const { rules, orderId } = order;
  return {
    ...fill,
    orderId,
    price: unitsText(priceUnits(rules, fill.price)),
    quantity: unitsText(quantityUnits(rules, fill.quantity)),
    quote: unitsText(fill.quote),
    commission: unitsText(fill.commission),
    realised: unitsText(fill.realised),
  };
}

export function incomeState({ trader, ...income }: Income): IncomeState {
  return { ...income, apiKey: trader.account.apiKey, amount: unitsText(income.amount) };
}

export function algoState({ rules, trader, order, extreme, ...algo }: AlgoOrder): AlgoState {
  return {
    ...algo,
    apiKey: trader.account.apiKey,
    symbol: rules.symbol,
    price: unitsText(priceUnits(rules, algo.price)),
    quantity: unitsText(quantityUnits(rules, algo.quantity)),
    triggerPrice: unitsText(priceUnits(rules, algo.triggerPrice)),
    activationPrice: unitsText(priceUnits(rules, algo.activationPrice)),
    callbackRate: unitsText(algo.callbackRate),
    ...(order ? { orderId: order.orderId } : {}),
    ...(extreme === undefined ? {} : { extreme: unitsText(extreme) }),
  };
}

export function traderState(trader: Trader): TraderState {
  return {
    apiKey: trader.account.apiKey,
    makerRate: unitsText(trader.makerRate),
    takerRate: unitsText(trader.takerRate),
    hedged: trader.hedged,
    openTime: trader.openTime,
    updateTime: trader.updateTime,
    wallet: Object.fromEntries(trader.assets().map((asset) => [asset, unitsText(trader.wallet(asset))])),
    settings: Object.fromEntries(trader.allSettings()),
    positions: trader.positions().map(positionState),
  };
}

function positionState({ rules, ...position }: Position): PositionState {
  return {
    ...position,
    symbol: rules.symbol,
    steps: unitsText(quantityUnits(rules, position.steps)),
    cost: unitsText(position.cost),
    isolatedWallet: unitsText(position.isolatedWallet),
    realised: unitsText(position.realised),
  };
}
