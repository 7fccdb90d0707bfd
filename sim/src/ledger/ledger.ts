import type { DepositEvent, OrderEvent, VenueListener } from '../venue/events.js';
import {
  depositRecord,
  fillRecord,
  orderRecord,
  type DepositRecord,
  type FillRecord,
  type OrderRecord,
} from './records.js';

/** What one account put in, ordered and traded. */
export interface AccountRecords {
  deposits: DepositRecord[];
  /** By order id. */
  orders: Map<number, OrderRecord>;
  fills: FillRecord[];
}

/**
 * The simulator's own record of what happened, kept from events alone and apart from the books of the venue, so that
 * the two can be compared.
 */
export class Ledger implements VenueListener {
  readonly #accounts = new Map<string, AccountRecords>();

  deposit(event: DepositEvent): void {
    this.addDeposit(depositRecord(event));
  }

  order({ order, fill }: OrderEvent): void {
    this.addOrder(orderRecord(order));
    if (fill) this.addFill(fillRecord(fill));
  }

  addDeposit(record: DepositRecord): void {
    this.records(record.apiKey).deposits.push(record);
  }

  addOrder(record: OrderRecord): void {
    this.records(record.apiKey).orders.set(record.orderId, record);
  }

  addFill(record: FillRecord): void {
    this.records(record.apiKey).fills.push(record);
  }

  /** Every order's record as it is now. */
  orders(): OrderRecord[] {
    return [...this.#accounts.values()].flatMap(({ orders }) => [...orders.values()]);
  }

  records(apiKey: string): AccountRecords {
    let records = this.#accounts.get(apiKey);
    if (!records) this.#accounts.set(apiKey, (records = { deposits: [], orders: new Map(), fills: [] }));
    return records;
  }
}
