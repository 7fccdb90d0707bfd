import type { VenueListener } from '../venue/events.js';
import { OrderReferee } from './order-referee.js';
import { Violations, type Violation } from './violation.js';

/** A venue whose sums can be checked at any time. */
export interface Audited {
  readonly name: string;
  /** What its ledger and its books do not agree in. */
  audit(): Violation[];
}

/** Judges from outside what clients and venues do. */
export class Referee {
  readonly violations = new Violations();

  /** Watches the orders of a spot venue. */
  watch(venue: string): VenueListener & { orders: OrderReferee } {
    const orders = new OrderReferee(venue, this.violations);
    return {
      orders,
      order: ({ order: { account, rules, orderId, clientOrderId, status, updateTime } }) => {
        const { apiKey } = account;
        orders.see({ apiKey, symbol: rules.symbol, orderId, clientOrderId, status, updateTime });
      },
    };
  }

  /** The answer of `GET /_sim/invariants`: what was seen so far, and what does not agree now. */
  report(venues: readonly Audited[]): { ok: boolean; count: number; violations: Violation[] } {
    const now = venues.flatMap((venue) => venue.audit());
    const violations = [...this.violations.list, ...now];
    return {
      ok: violations.length === 0,
      count: this.violations.count + now.length,
      violations,
    };
  }
}
