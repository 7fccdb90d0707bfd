import type { NotificationEvent, ReasonDto } from '@gridfleet/shared/schema';

/** Which strategy, account or platform a message is about; null where it says nothing. */
export interface Subject {
  strategyId: number | null;
  strategy: string | null;
  market: string | null;
  account: string | null;
  environment: string | null;
}

/** Money of one asset pair's quote; decimal text. */
export interface ReportPayload {
  /** YYYY-MM-DD of the user's calendar. */
  day: string;
  netProfit: string;
  fees: string;
  volume: string;
  fills: number;
  cycles: number;
  /** Strategies that run now. */
  running: number;
  /** Critical events and warnings told that day. */
  alerts: number;
}

/** What happened, as it is stored with a delivery; the words are made when it is sent. */
export interface Payload {
  event: NotificationEvent | 'test';
  /** ISO-8601, UTC. */
  time: string;
  subject: Subject | null;
  /** `platform`, `account` or `strategy`: how far it reaches. */
  scope: 'platform' | 'account' | 'strategy';
  reason: ReasonDto | null;
  by: string | null;
  trade: {
    side: 'buy' | 'sell';
    price: string | null;
    quantity: string;
    amount: string | null;
    fee: string | null;
  } | null;
  cycle: { buyPrice: string; sellPrice: string; quantity: string; net: string } | null;
  report: ReportPayload | null;
  /** Set in a message that stands for others which the throttle held back. */
  summary: { count: number; from: string; to: string } | null;
}

/** A payload with nothing but what every one has. */
export function emptyPayload(event: Payload['event'], time: string): Payload {
  return {
    event,
    time,
    subject: null,
    scope: 'platform',
    reason: null,
    by: null,
    trade: null,
    cycle: null,
    report: null,
    summary: null,
  };
}
