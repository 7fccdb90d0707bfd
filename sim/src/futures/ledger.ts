import type { OrderStatus } from '../venue/order.js';
import { quantityUnits } from '../venue/rules.js';
import { unitsText, type Units } from '../venue/units.js';
import type { FuturesListener, FuturesOrderEvent, Income, IncomeType } from './events.js';

/** An order as the ledger saw it last. */
export interface FuturesOrderRecord {
  apiKey: string;
  orderId: number;
  clientOrderId: string;
  symbol: string;
  side: 'BUY' | 'SELL';
  positionSide: 'BOTH' | 'LONG' | 'SHORT';
  quantity: Units;
  executed: Units;
  status: OrderStatus;
  updateTime: number;
}

export interface FuturesFillRecord {
  tradeId: number;
  orderId: number;
  symbol: string;
  side: 'BUY' | 'SELL';
  positionSide: 'BOTH' | 'LONG' | 'SHORT';
  quantity: Units;
  quote: Units;
  commission: Units;
  maker: boolean;
}

/** What one account ordered, traded and was paid. */
export interface FuturesRecords {
  orders: Map<number, FuturesOrderRecord>;
  fills: FuturesFillRecord[];
  incomes: Map<IncomeType, Units>;
}

/** The simulator's own record of a futures venue, kept from events alone and apart from its books. */
export class FuturesLedger implements FuturesListener {
  readonly #accounts = new Map<string, FuturesRecords>();

  order({ order, fill }: FuturesOrderEvent): void {
    const { rules, side, positionSide, orderId } = order;
    const records = this.records(order.trader.account.apiKey);
    records.orders.set(orderId, orderRecord(order));
    if (!fill) return;
    records.fills.push({
      tradeId: fill.tradeId,
      orderId,
      symbol: rules.symbol,
      side,
      positionSide,
      quantity: quantityUnits(rules, fill.quantity),
      quote: fill.quote,
      commission: fill.commission,
      maker: fill.maker,
    });
  }

  income({ trader, type, amount }: Income): void {
    const { incomes } = this.records(trader.account.apiKey);
    incomes.set(type, (incomes.get(type) ?? 0n) + amount);
  }

  /** Every order's record as it is now. */
  orders(): FuturesOrderRecord[] {
    return [...this.#accounts.values()].flatMap(({ orders }) => [...orders.values()]);
  }

  records(apiKey: string): FuturesRecords {
    let records = this.#accounts.get(apiKey);
    if (!records)
      this.#accounts.set(apiKey, (records = { orders: new Map(), fills: [], incomes: new Map() }));
    return records;
  }
}

export function orderRecord(order: FuturesOrderEvent['order']): FuturesOrderRecord {
  const { rules, side, positionSide, orderId, clientOrderId, status, updateTime } = order;
  return {
    apiKey: order.trader.account.apiKey,
    orderId,
    clientOrderId,
    symbol: rules.symbol,
    side,
    positionSide,
    quantity: quantityUnits(rules, order.quantity),
    executed: quantityUnits(rules, order.executed),
    status,
    updateTime,
  };
}

/** Sums of one account's incomes as decimal texts, by type. */
export function incomeTexts({ incomes }: FuturesRecords): Record<string, string> {
  return Object.fromEntries([...incomes].map(([type, sum]) => [type, unitsText(sum)]));
}
