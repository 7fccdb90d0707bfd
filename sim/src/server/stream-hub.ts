import type { Peer } from './peer.js';
import { openGate, type StreamGate, type StreamMessage } from './stream-gate.js';

/** A peer's view of the streams: raw events, or wrapped with the stream's name. */
export interface Subscriber {
  peer: Peer;
  combined: boolean;
}

/** Who listens to which market stream of one venue. */
export class StreamHub {
  readonly #streams = new Map<string, Set<Subscriber>>();

  constructor(private readonly gate: StreamGate = openGate) {}

  has(stream: string): boolean {
    return this.#streams.has(stream);
  }

  /** Names of all streams that somebody listens to. */
  names(): IterableIterator<string> {
    return this.#streams.keys();
  }

  subscribe(subscriber: Subscriber, stream: string): void {
    const subscribers = this.#streams.get(stream);
    if (subscribers) subscribers.add(subscriber);
    else this.#streams.set(stream, new Set([subscriber]));
  }

  unsubscribe(subscriber: Subscriber, stream: string): void {
    const subscribers = this.#streams.get(stream);
    if (!subscribers?.delete(subscriber)) return;
    if (subscribers.size === 0) this.#streams.delete(stream);
  }

  /** Sends an event to everybody on a stream; it is made and written once, and only when somebody listens. */
  publish(stream: string, make: () => unknown): void {
    const subscribers = this.#streams.get(stream);
    if (!subscribers) return;
    const text = JSON.stringify(make());
    const message: StreamMessage = { stream, symbol: symbolOf(stream) };
    let wrapped: string | undefined;
    for (const { peer, combined } of subscribers) {
      const sent = combined ? (wrapped ??= `{"stream":${JSON.stringify(stream)},"data":${text}}`) : text;
      this.gate.send(peer, message, sent);
    }
  }
}

function symbolOf(stream: string): string {
  return stream.slice(0, Math.max(0, stream.indexOf('@'))).toUpperCase();
}
