import { isOurs, parseClientOrderId, STOP_SLOT } from '@gridfleet/shared/domain';
import type { OrderReport } from '../venue/venue.js';
import type { KnownOrder } from './account-store.js';
import { saltsOf, type RunFrame } from './step-types.js';

/** What an open order with our prefix, unknown to this run, turns out to be. */
export type Stranger =
  /** Another strategy's, or one of ours that its row calls unfinished: its own run looks after it. */
  | { is: 'known'; report: OrderReport }
  /** The books call it over, or have no row of it. */
  | { is: 'orphan'; report: OrderReport }
  /** Armed by a life of this strategy that our books do not remember: they are older than the exchange. */
  | { is: 'ahead'; report: OrderReport };

/** @param lastGeneration the highest generation the books know of this strategy */
export function classify(
  report: OrderReport,
  rows: readonly KnownOrder[],
  strategyId: number,
  lastGeneration: number,
): Stranger {
  const row = rows.find(({ clientOrderId }) => clientOrderId === report.clientOrderId);
  if (row !== undefined) return { is: row.isFinal ? 'orphan' : 'known', report };
  const parts = parseClientOrderId(report.clientOrderId);
  const isAhead = parts?.strategyId === strategyId && parts.generation > lastGeneration;
  return { is: isAhead ? 'ahead' : 'orphan', report };
}

/** An orphan is acted on when it is still there at the next look: the first may have come before its row was visible. */
export class OrphanWatch {
  #seen = new Set<string>();

  /** @returns those seen at the last look, too */
  look(orphans: readonly OrderReport[]): OrderReport[] {
    const again = orphans.filter(({ exchangeOrderId }) => this.#seen.has(exchangeOrderId));
    this.#seen = new Set(orphans.map(({ exchangeOrderId }) => exchangeOrderId));
    return again;
  }
}

/** A report on one of our contracts about an order that no machine here placed: somebody else's, or that of a stop. */
export function isForeign(frame: RunFrame, { clientOrderId, market }: OrderReport): boolean {
  const isContract = frame.context.legs.some(
    (leg) => leg.market.symbol === market && leg.market.type === 'linear',
  );
  const isStop = parseClientOrderId(clientOrderId)?.slot === STOP_SLOT;
  return isContract && (isStop || !isOurs(clientOrderId, saltsOf(frame)));
}
