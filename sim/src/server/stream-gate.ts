import type { Peer } from './peer.js';

/** What a stream message is about; faults choose by it. */
export interface StreamMessage {
  /** Stream of a market (`btcusdt@trade`) or kind of a private event (`executionReport:TRADE`). */
  stream: string;
  symbol?: string;
  /** API key of the account a private event is about. */
  account?: string;
}

/** The last station of a stream message before its peer. */
export interface StreamGate {
  send(peer: Peer, message: StreamMessage, text: string): void;
}

/** Sends everything as it comes. */
export const openGate: StreamGate = { send: (peer, _message, text) => peer.send(text) };
