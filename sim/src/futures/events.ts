import type { Units } from '../venue/units.js';
import type { AlgoOrder } from './algo-order.js';
import type { FuturesFill, FuturesOrder } from './order.js';
import type { Position } from './position.js';
import type { Trader } from './trader.js';

/** Why an order changed; Binance's execution type. `CALCULATED` is a liquidation. */
export type FuturesExecution =
  'NEW' | 'TRADE' | 'CANCELED' | 'EXPIRED' | 'AMENDMENT' | 'CALCULATED' | 'TRADE_PREVENTION';

export interface FuturesOrderEvent {
  order: FuturesOrder;
  execution: FuturesExecution;
  /** Set when the execution is a trade or a liquidation. */
  fill?: FuturesFill;
  time: number;
}

/** Why a wallet or position changed; the `m` of `ACCOUNT_UPDATE`. */
export type AccountReason =
  'ORDER' | 'FUNDING_FEE' | 'DEPOSIT' | 'WITHDRAW' | 'MARGIN_TRANSFER' | 'MARGIN_TYPE_CHANGE';

export interface AccountEvent {
  trader: Trader;
  reason: AccountReason;
  /** Change of the wallet except by realised profit and commission. */
  change: Units;
  asset: string;
  positions: readonly Position[];
  time: number;
}

export type IncomeType = 'TRANSFER' | 'REALIZED_PNL' | 'COMMISSION' | 'FUNDING_FEE';

/** One entry of the wallet's history. */
export interface Income {
  trader: Trader;
  type: IncomeType;
  /** Empty for transfers. */
  symbol: string;
  asset: string;
  amount: Units;
  /** Trade that caused it, or empty. */
  tradeId: string;
  tranId: number;
  time: number;
}

/** A changed setting of one contract, or of the account. */
export interface ConfigEvent {
  trader: Trader;
  change: { symbol: string; leverage: number } | { multiAssets: boolean };
  time: number;
}

/** Told synchronously, in the order in which things happen. */
export interface FuturesListener {
  order?(event: FuturesOrderEvent): void;
  account?(event: AccountEvent): void;
  income?(income: Income): void;
  algo?(order: AlgoOrder, time: number): void;
  config?(event: ConfigEvent): void;
  /** A setting changed that no stream tells of: margin type or position mode. */
  settings?(trader: Trader): void;
  /** Positions whose margin runs out. */
  marginCall?(trader: Trader, positions: readonly Position[], time: number): void;
}

/** Fans the events of a futures venue out to ledger and streams. */
export class FuturesEvents implements Required<FuturesListener> {
  readonly #listeners: FuturesListener[] = [];

  add(listener: FuturesListener): void {
    this.#listeners.push(listener);
  }

  order(event: FuturesOrderEvent): void {
    for (const listener of this.#listeners) listener.order?.(event);
  }

  account(event: AccountEvent): void {
    for (const listener of this.#listeners) listener.account?.(event);
  }

  income(income: Income): void {
    for (const listener of this.#listeners) listener.income?.(income);
  }

  algo(order: AlgoOrder, time: number): void {
    for (const listener of this.#listeners) listener.algo?.(order, time);
  }

  config(event: ConfigEvent): void {
    for (const listener of this.#listeners) listener.config?.(event);
  }

  settings(trader: Trader): void {
    for (const listener of this.#listeners) listener.settings?.(trader);
  }

  marginCall(trader: Trader, positions: readonly Position[], time: number): void {
    for (const listener of this.#listeners) listener.marginCall?.(trader, positions, time);
  }
}
