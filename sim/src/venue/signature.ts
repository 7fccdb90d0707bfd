import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { Account } from '../account/accounts.js';
import { refuse } from './errors.js';
import type { Params } from './params.js';

const DEFAULT_RECV_WINDOW = 5000;
const MAX_RECV_WINDOW = 60_000;
/** How far ahead of the exchange a client's clock may be, ms. */
const MAX_AHEAD = 1000;

/** The bytes a REST request signs: query and body as sent, without separator and without the signature. */
export function restPayload(query: string, body: string): string {
  return withoutSignature(query) + withoutSignature(body);
}

/** The text a WebSocket API request signs: its parameters sorted by name, not encoded. */
export function wsPayload(params: Params): string {
  return params
    .entries()
    .filter(([name]) => name !== 'signature')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** HMAC-SHA256 of a payload, hex. */
export function sign(payload: string, secret: string | KeyObject): string {
  return createHmac('sha256', secret).update(payload, 'utf8').digest('hex');
}

/** Secrets prepared for signing: preparing costs more than signing a short request. */
const keys = new WeakMap<Account, KeyObject>();

function keyOf(account: Account): KeyObject {
  let key = keys.get(account);
  if (!key) keys.set(account, (key = createSecretKey(account.apiSecret, 'utf8')));
  return key;
}

/** @throws VenueError -1022, or -1102 when there is no signature. */
export function checkSignature(account: Account, payload: string, params: Params): void {
  const expected = createHmac('sha256', keyOf(account)).update(payload, 'utf8').digest();
  const signature = params.required('signature');
  const given = Buffer.from(signature, 'hex');
  // Reading hex stops silently at what is none, so the text must have the length too.
  if (signature.length !== 2 * expected.length) throw refuse.badSignature();
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw refuse.badSignature();
}

/** The timestamp rule: at most 1 s ahead and at most recvWindow old. @throws VenueError -1021, -1102, -1100, -1131. */
export function checkTimestamp(params: Params, now: number): void {
  params.required('timestamp');
  const timestamp = params.integer('timestamp') ?? 0;
  const recvWindow = Number(params.matching('recvWindow', /^\d{1,6}(\.\d{1,3})?$/) ?? DEFAULT_RECV_WINDOW);
  if (recvWindow > MAX_RECV_WINDOW) throw refuse.recvWindow();
  if (timestamp >= now + MAX_AHEAD) throw refuse.timestampAhead();
  if (now - timestamp > recvWindow) throw refuse.outsideRecvWindow();
}

function withoutSignature(text: string): string {
  const at = text.lastIndexOf('signature=');
  if (at < 0 || (at > 0 && text[at - 1] !== '&')) return text;
  const end = text.indexOf('&', at);
  const head = text.slice(0, Math.max(0, at - 1));
  return end < 0 ? head : head + (head === '' ? text.slice(end + 1) : text.slice(end));
}
