import type { ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';

/** A message of the event stream. */
export interface EventMessage {
  event: 'snapshot' | 'delta' | 'ping';
  data: unknown;
  /** Position in the stream, where the message has one. */
  id?: string;
}

/** Where messages go: a response that never ends, or a WebSocket. */
export interface EventSink {
  send(messages: readonly EventMessage[]): void;
  /** Bytes that wait for a slow reader. */
  backlog(): number;
  /** Ends the connection after what has been sent. */
  end(): void;
  /** Ends it at once. */
  destroy(): void;
  onClose(done: () => void): void;
}

const SSE_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Kept alive after the stream has ended, it would only hold up a shutdown.
  connection: 'close',
  // nginx would hold the events back.
  'x-accel-buffering': 'no',
} as const;

/** What many clients get, by identity: its bytes are made once. */
class SharedBytes<T extends object> {
  readonly #known = new WeakMap<T, Buffer>();
  readonly #textOf: (what: T) => string;

  constructor(textOf: (what: T) => string) {
    this.#textOf = textOf;
  }

  of(what: T): Buffer {
    const known = this.#known.get(what) ?? Buffer.from(this.#textOf(what));
    this.#known.set(what, known);
    return known;
  }
}

function frame({ event, id, data }: EventMessage): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}

const frames = new SharedBytes<readonly EventMessage[]>((messages) => messages.map(frame).join(''));
const texts = new SharedBytes<EventMessage>((message) => JSON.stringify(message));

/** Server-Sent Events. Headers go out with the first message, so that an error before it is still an answer. */
export class SseSink implements EventSink {
  readonly #response: ServerResponse;
  readonly #headers: Readonly<Record<string, number | string | string[] | undefined>>;

  constructor(
    response: ServerResponse,
    headers: Readonly<Record<string, number | string | string[] | undefined>> = {},
  ) {
    this.#response = response;
    this.#headers = headers;
  }

  begin(): void {
    this.#response.writeHead(200, { ...this.#headers, ...SSE_HEADERS });
    this.#response.flushHeaders();
  }

  send(messages: readonly EventMessage[]): void {
    this.#response.write(frames.of(messages));
  }

  backlog(): number {
    return this.#response.writableLength;
  }

  end(): void {
    this.#response.end();
  }

  destroy(): void {
    this.#response.destroy();
  }

  onClose(done: () => void): void {
    this.#response.on('close', done);
  }
}

/** 1012: the client may come back at once, with its last position. */
const SERVICE_RESTART = 1012;

/** One JSON text for each message. */
export class SocketSink implements EventSink {
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    // A broken connection closes, too; nothing is left to do about its error.
    socket.on('error', () => undefined);
  }

  send(messages: readonly EventMessage[]): void {
    for (const message of messages) this.#socket.send(texts.of(message), { binary: false });
  }

  backlog(): number {
    return this.#socket.bufferedAmount;
  }

  end(): void {
    this.#socket.close(SERVICE_RESTART);
  }

  destroy(): void {
    this.#socket.terminate();
  }

  onClose(done: () => void): void {
    this.#socket.on('close', done);
  }
}
