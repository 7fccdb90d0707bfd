import type { Reason } from '@gridfleet/shared/domain';
import type { Wanted } from './run-store.js';

/** Why a run that was asked to stop is over. @param stopStays whether a position that is kept keeps its stop */
export function stoppedReason(keepOrders: boolean, stopStays: boolean): Reason {
  if (keepOrders)
    return { code: 'STOPPED_ORDERS_KEPT', message: 'Stopped; its orders stay at the exchange.' };
  const message = stopStays
    ? 'Stopped; of its orders only the stop of its position is left at the exchange.'
    : 'Stopped; no order of it is left at the exchange.';
  return { code: 'STOPPED', message };
}

/** A stop that trades: the machine cancels, closes what is held and says when that is done. */
export function isClosing(wanted: Wanted): wanted is { verdict: 'stop'; stop: 'sell' | 'buy' } {
  return wanted.verdict === 'stop' && (wanted.stop === 'sell' || wanted.stop === 'buy');
}
