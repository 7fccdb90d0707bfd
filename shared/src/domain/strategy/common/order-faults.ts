import type { Command, OrderUpdate, Reason } from '../events.js';
import { SlotDraft } from './slot-draft.js';
import type { Waiting } from './slot-order.js';

/** A refused order is tried again after 5 s, then twice as long each time, up to a minute. */
const RETRY_BASE_MS = 5_000;
const RETRY_MAX_MS = 60_000;
/** What was held back by a gate is not asked again before this, however soon the gate says it opens. */
const GATE_SPACING_MS = 250;

export function waitingAfterFailure(
  previous: Waiting | null,
  { code, message }: Reason,
  now: number,
  { retryAt: gateOpensAt }: Pick<OrderUpdate, 'retryAt'>,
): Waiting {
  // A gate says when it opens: that is no failure of the order's.
  if (gateOpensAt !== undefined) {
    return {
      code,
      message,
      // Gates count on clocks of fractions; states are written in whole milliseconds.
      retryAt: Math.ceil(Math.max(now + GATE_SPACING_MS, gateOpensAt)),
      failures: previous?.failures ?? 0,
    };
  }
  const failures = (previous?.failures ?? 0) + 1;
  const delay = Math.min(RETRY_BASE_MS * 2 ** Math.min(failures - 1, 10), RETRY_MAX_MS);
  return { code, message, retryAt: now + delay, failures };
}

/** Why an order that ended was not meant to, null when it was; never-sent without a reason is simply placed again. */
export function failureOf(update: OrderUpdate, isExpected: boolean): Reason | null {
  switch (update.state) {
    case 'rejected':
    case 'expired':
      return (
        update.refusal ?? {
          code: update.state === 'expired' ? 'ORDER_EXPIRED' : 'ORDER_REJECTED',
          message: `The exchange ended the ${update.side} order of this slot (${update.state}).`,
        }
      );
    case 'canceled':
      return isExpected
        ? null
        : {
            code: 'CANCELED_OUTSIDE',
            message: `The ${update.side} order of this slot was cancelled from outside; it will be placed again.`,
          };
    case 'never-sent':
      return update.refusal;
    default:
      return null;
  }
}

/**
 * An order that was thought to be over but lives must not live on: its place may be taken, and two live orders of one
 * slot are one too many.
 */
export function cancelStray(update: OrderUpdate): Command[] {
  const { key, side, generation, state } = update;
  return state === 'open' || state === 'partially-filled' ? [{ type: 'cancel', key, side, generation }] : [];
}

/** The same slots with everything tried now that waits for one of these codes; slots that do not keep their identity. */
export function retryNow<T extends { waiting: Waiting | null }>(
  slots: ReadonlyMap<number, T>,
  codes: readonly string[],
): ReadonlyMap<number, T> {
  const draft = new SlotDraft(slots);
  for (const [index, slot] of slots) {
    const { waiting } = slot;
    if (waiting?.retryAt != null && codes.includes(waiting.code))
      draft.set(index, { ...slot, waiting: { ...waiting, retryAt: null, failures: 0 } });
  }
  return draft.slots;
}
