import type { Notice, NotificationEvent, PlatformEvent } from '@gridfleet/shared/schema';
import { emptyPayload, type Payload } from '../payload.js';

/** Whom an event concerns. */
export interface Concerned {
  scope: Payload['scope'];
  /** Of the account or strategy, 0 for the platform. */
  id: number;
}

/** What is to be told of an event, and to whom. */
export interface Told {
  event: NotificationEvent;
  concerned: Concerned;
  payload: Payload;
}

/** Ends of a run that somebody asked for, or that are the purpose of an order by hand. */
const ASKED_FOR: ReadonlySet<string> = new Set([
  'STOPPED',
  'STOP_REQUESTED',
  'SUPERSEDED',
  'ORDER_FILLED',
  'ORDER_CANCELED',
  'ORDER_ENDED',
]);
const KEY_CODES: ReadonlySet<string> = new Set(['KEY_REFUSED', 'NOT_AUTHORISED']);

function ofTradingState({ state, reason, by }: Notice): NotificationEvent {
  if (state === 'ACTIVE') return 'trading-resumed';
  if (reason?.code === 'PAUSED') return 'strategy-paused';
  if (by === 'reconciliation' || reason?.code === 'POSITION_MISMATCH') return 'exchange-mismatch';
  return by === 'risk' ? 'risk-stop' : 'halt';
}

function ofNotice(notice: Notice): NotificationEvent {
  const code = notice.reason?.code ?? '';
  switch (notice.what) {
    case 'trading-state':
      return ofTradingState(notice);
    case 'run-started':
      return 'strategy-started';
    case 'run-ended':
      return ASKED_FOR.has(code) ? 'strategy-stopped' : 'exit';
    case 'run-failed':
      return KEY_CODES.has(code) ? 'key-refused' : 'run-failed';
    case 'crash-loop':
      return 'crash-loop';
  }
}

/** What is told of a row of the outbox; null when nothing is. */
export function toldOfOutbox(event: PlatformEvent | Notice, at: Date): Told | null {
  const time = at.toISOString();
  switch (event.type) {
    case 'notice': {
      const name = ofNotice(event);
      const { scope, scopeId: id, reason, by } = event;
      const concerned = { scope, id };
      return { event: name, concerned, payload: { ...emptyPayload(name, time), scope, reason, by } };
    }
    case 'alert':
      return aboutStrategy('exit', event.strategyId, { ...emptyPayload('exit', time), reason: event.data });
    case 'risk': {
      // A limit that was broken is told by the trading state that it caused.
      if (event.data.level === 'breach') return null;
      const { code, message } = event.data;
      const payload = { ...emptyPayload('risk-warning', time), reason: { code, message } };
      return aboutStrategy('risk-warning', event.strategyId, payload);
    }
    default:
      return null;
  }
}

/** What is told of an entry of the event stream; null when nothing is. */
export function toldOfStream(event: PlatformEvent): Told | null {
  switch (event.type) {
    case 'fill': {
      const { side, price, quantity, amount, fee, feeAsset, time } = event.data;
      const trade = { side, price, quantity, amount, fee: `${fee} ${feeAsset}` };
      return aboutStrategy('fill', event.strategyId, { ...emptyPayload('fill', time), trade });
    }
    case 'cycle': {
      const { buyPrice, sellPrice, quantity, net, completedAt } = event.data;
      const cycle = { buyPrice, sellPrice, quantity, net };
      return aboutStrategy('cycle', event.strategyId, { ...emptyPayload('cycle', completedAt), cycle });
    }
    case 'order': {
      const { state, side, price, quantity, reasonCode, reasonMessage, updatedAt } = event.data;
      if (state !== 'rejected') return null;
      const code = reasonCode ?? 'REJECTED';
      const payload: Payload = {
        ...emptyPayload('order-refused', updatedAt),
        reason: { code, message: reasonMessage ?? code },
        trade: { side, price, quantity, amount: null, fee: null },
      };
      return aboutStrategy('order-refused', event.strategyId, payload);
    }
    default:
      return null;
  }
}

function aboutStrategy(event: NotificationEvent, id: number, payload: Payload): Told {
  return { event, concerned: { scope: 'strategy', id }, payload: { ...payload, scope: 'strategy' } };
}
