import type { Account } from '../account/accounts.js';
import type { Units } from './units.js';
import type { Fill, SpotOrder } from './order.js';

/** Why an order changed; Binance's execution type, but `TRIGGERED`: a conditional order went to the book. */
export type Execution = 'NEW' | 'TRIGGERED' | 'TRADE' | 'CANCELED' | 'EXPIRED' | 'TRADE_PREVENTION';

export interface OrderEvent {
  order: SpotOrder;
  execution: Execution;
  /** Set when the execution is a trade. */
  fill?: Fill;
  /** Client order id of the request that cancelled it. */
  cancelId?: string;
  time: number;
}

/** Money that came from outside. */
export interface DepositEvent {
  account: Account;
  asset: string;
  amount: Units;
  /** Whether the account was opened with it. */
  opening: boolean;
  time: number;
}

/** Told synchronously, in the order in which things happen. */
export interface VenueListener {
  deposit?(event: DepositEvent): void;
  order?(event: OrderEvent): void;
  /** Assets of an account changed; once per cause, after its order events. */
  balances?(account: Account, assets: ReadonlySet<string>, time: number): void;
}

/** Fans venue events out to ledger, user streams and state. */
export class VenueEvents {
  readonly #listeners: VenueListener[] = [];

  add(listener: VenueListener): void {
    this.#listeners.push(listener);
  }

  deposit(event: DepositEvent): void {
    for (const listener of this.#listeners) listener.deposit?.(event);
  }

  order(event: OrderEvent): void {
    for (const listener of this.#listeners) listener.order?.(event);
  }

  balances(account: Account, assets: ReadonlySet<string>, time: number): void {
    for (const listener of this.#listeners) listener.balances?.(account, assets, time);
  }
}
