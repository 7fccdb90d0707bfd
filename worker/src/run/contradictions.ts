import type { Logger } from '@gridfleet/shared/infra';
import type { Correction } from './step-types.js';

/** Cause of a correction that changes nothing: two words of the exchange that exclude each other. */
export const CONTRADICTION = 'CONTRADICTORY_UPDATE';

/** They are in the journal; who reads the log sees them, too. */
export function logContradictions(corrections: readonly Correction[], log: Logger): void {
  for (const { order, before, after, cause } of corrections) {
    if (cause !== CONTRADICTION) continue;
    const { clientOrderId } = order.row;
    log.warn({ clientOrderId, before, after }, 'the exchange contradicts itself; the update is ignored');
  }
}
