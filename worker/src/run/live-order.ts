import {
  dec,
  Decimal,
  isFinal,
  judgeMove,
  nextState,
  ZERO,
  type Fill,
  type OrderState,
  type Reason,
} from '@gridfleet/shared/domain';
import type { OrderRow } from '@gridfleet/shared/infra';
import type { OrderReport } from '../venue/venue.js';

/** An order of this run as this process knows it: the stored row and what the venue has said beyond it. */
export interface LiveOrder {
  row: OrderRow;
  /** Trades already booked. */
  tradeIds: ReadonlySet<string>;
  /** The venue's word; may be ahead of the books while trades are missing. */
  reportedState: OrderState;
  reportedFilled: Decimal;
  /** Since when the venue reports more filled than is booked, ms; null when they agree. */
  tradesMissingSince: number | null;
  /** States the venue has named that contradict what is known; each is told once. */
  contradictions?: ReadonlySet<OrderState>;
}

export function liveOrder(row: OrderRow, tradeIds: Iterable<string>): LiveOrder {
  return {
    row,
    tradeIds: new Set(tradeIds),
    reportedState: row.state,
    reportedFilled: dec(row.filledQuantity),
    tradesMissingSince: null,
  };
}

/** A report about one of our orders whose trade, if any, has its fee valued. */
export interface ValuedReport {
  clientOrderId: string;
  exchangeOrderId: string | null;
  state: OrderState;
  filledQuantity: string;
  fill: Fill | null;
  refusal: Reason | null;
  /** Before this moment (ms) trying again is useless, and from then on it is worth it. */
  retryAt?: number;
}

/** What an attempt to send or a lookup concluded, in the form of a report. */
export function conclusion(order: LiveOrder, state: OrderState, refusal: Reason | null): ValuedReport {
  return {
    clientOrderId: order.row.clientOrderId,
    exchangeOrderId: order.row.exchangeOrderId,
    state,
    filledQuantity: '0',
    fill: null,
    refusal,
  };
}

export function valued(report: OrderReport, fill: Fill | null): ValuedReport {
  return {
    clientOrderId: report.clientOrderId,
    exchangeOrderId: report.exchangeOrderId,
    state: report.state,
    filledQuantity: report.filledQuantity,
    fill,
    refusal: report.refusal,
  };
}

/** The state the books may show: final only when every trade the venue counts is booked. */
function bookedState(reported: OrderState, booked: Decimal, filled: Decimal): OrderState {
  if (!isFinal(reported)) return reported;
  if (booked.gte(filled)) return reported;
  return booked.gt(0) ? 'partially-filled' : 'open';
}

/** Trades of the whole quantity prove that an order is filled, though no word of the venue on its state comes. */
function isWhole({ quantity }: OrderRow, booked: Decimal): boolean {
  const whole = dec(quantity);
  return whole.gt(0) && booked.gte(whole);
}

export interface MergedReport {
  order: LiveOrder;
  /** The trade when it is new. */
  fill: Fill | null;
  changed: boolean;
  /** Whether the report excludes what is known, and has not said so before. */
  contradiction: boolean;
}

/**
 * Merges a report into an order. Idempotent and indifferent to order: a known trade, an older state or a smaller
 * filled quantity change nothing.
 */
export function mergeReport(order: LiveOrder, report: ValuedReport, now: number): MergedReport {
  const { row } = order;
  const fill = report.fill !== null && !order.tradeIds.has(report.fill.tradeId) ? report.fill : null;
  const booked = dec(row.filledQuantity).plus(fill?.quantity ?? '0');
  const reportedFilled = Decimal.max(order.reportedFilled, dec(report.filledQuantity), booked);
  const said = nextState(order.reportedState, report.state);
  const reportedState = !isFinal(said) && isWhole(row, booked) ? 'filled' : said;
  const state = nextState(row.state, bookedState(reportedState, booked, reportedFilled));
  const exchangeOrderId = row.exchangeOrderId ?? report.exchangeOrderId;
  const reason = report.refusal;
  const merged: LiveOrder = {
    row: {
      ...row,
      exchangeOrderId,
      state,
      isFinal: isFinal(state),
      filledQuantity: fill === null ? row.filledQuantity : booked.toFixed(),
      filledQuote: fill === null ? row.filledQuote : dec(row.filledQuote).plus(fill.quoteQuantity).toFixed(),
      reasonCode: reason?.code.slice(0, 60) ?? row.reasonCode,
      reasonMessage: reason?.message.slice(0, 500) ?? row.reasonMessage,
      updatedAt: new Date(now),
    },
    tradeIds: fill === null ? order.tradeIds : new Set([...order.tradeIds, fill.tradeId]),
    reportedState,
    reportedFilled,
    tradesMissingSince: booked.lt(reportedFilled) ? (order.tradesMissingSince ?? now) : null,
  };
  const isContradiction = judgeMove(order.reportedState, report.state) === 'contradiction';
  const contradiction = isContradiction && order.contradictions?.has(report.state) !== true;
  if (contradiction) merged.contradictions = new Set([...(order.contradictions ?? []), report.state]);
  const changed =
    fill !== null ||
    state !== row.state ||
    exchangeOrderId !== row.exchangeOrderId ||
    (reason?.code ?? row.reasonCode) !== row.reasonCode;
  return { order: merged, fill, changed, contradiction };
}

/** Whether nobody knows yet if the venue has this order. */
export function isUncertain(order: LiveOrder): boolean {
  return order.row.state === 'intent' || order.row.state === 'sent';
}

/** Whether nothing is to be done about it before the price, or somebody, does something. */
export function isAtRest({ row, tradesMissingSince }: LiveOrder): boolean {
  if (isFinal(row.state)) return true;
  return tradesMissingSince === null && (row.state === 'open' || row.state === 'partially-filled');
}

export function openQuantity(order: LiveOrder): Decimal {
  return Decimal.max(ZERO, dec(order.row.quantity).minus(order.row.filledQuantity));
}
