import type { TSchema } from 'typebox';
import type { Message } from '../text/render.js';
import type { Http } from '../http/safe-http.js';

/** What became of one attempt. `permanent`: trying again cannot help. `reason` is for people, without secrets. */
export type SendResult =
  { ok: true } | { ok: false; permanent: boolean; reason: string; retryAfterMs?: number };

/** One message on its way. */
export interface Outgoing {
  /** Stays the same when it is tried again. */
  deliveryId: string;
  event: string;
  message: Message;
  /** What happened, as data; for programs. */
  data: unknown;
  settings: Record<string, unknown>;
  secrets: Record<string, string>;
  /** ms since epoch: what signatures are made with. */
  now: number;
}

export interface SendContext {
  http: Http;
  /** Receivers in private networks are allowed. */
  allowPrivate: boolean;
  telegramUrl: string;
  deadlineMs: number;
}

/** A place in somebody's network, and the setting or secret that names it. */
export type Target = { field: string; in: 'settings' | 'secrets' } & ({ url: string } | { host: string });

/** A kind of channel: what it needs, and how a message gets there. */
export interface ChannelType {
  title: string;
  settings: TSchema;
  secrets: TSchema;
  /** Where messages go by the user's word, checked when the channel is set up. */
  targets(settings: Record<string, unknown>, secrets: Record<string, string>): Target[];
  send(outgoing: Outgoing, context: SendContext): Promise<SendResult>;
}

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
