import type { Counters, Logger } from '@gridfleet/shared/infra';
import type { Correction } from './step-types.js';

/** Cause of a correction that changes nothing: two words of the exchange that exclude each other. */
export const CONTRADICTION = 'CONTRADICTORY_UPDATE';

/** Corrections are in the journal; metrics count them, and who reads the log sees contradictions, too. */
export function noteCorrections(corrections: readonly Correction[], log: Logger, metrics: Counters): void {
  for (const { order, before, after, cause } of corrections) {
    metrics.count('gridfleet_corrections_total', { cause });
    if (cause !== CONTRADICTION) continue;
    const { clientOrderId } = order.row;
    log.warn({ clientOrderId, before, after }, 'the exchange contradicts itself; the update is ignored');
  }
}
