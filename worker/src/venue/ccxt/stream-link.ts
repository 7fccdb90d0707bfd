import type { LinkEnd, StreamLink } from '../stream/supervised-stream.js';
import type { StreamClient, StreamHooks } from './hooked-binance.js';

type Message = Record<string, unknown>;

/** What a link needs of a ccxt instance. */
export interface LinkClient {
  streamHooks: StreamHooks | null;
  /** Takes one connection from the address's budget. @throws NotSentError when there is none left. */
  mayDial(): Promise<void>;
  /** From here on nobody is told anything. */
  silence(): void;
  close(): Promise<unknown>;
}

export interface LinkOptions<C> {
  /** Subscribes through ccxt; what it resolves with is not used, only its failure is. */
  subscribe(client: C): Promise<unknown>;
  /** Whether a message says that the venue has taken the subscription; null: the open connection says it. */
  confirms: ((message: Message) => boolean) | null;
  /** Keeps the stream's key alive; a refusal ends the link. */
  renew?: { everyMs: number; ask(client: C): Promise<unknown> };
  /** What ccxt's error means, in words. */
  explain(error: unknown): string;
}

/** Announcements by which the exchange ends a stream whose connection stays open; ccxt ignores most of them. */
const ENDS: Readonly<Record<string, LinkEnd>> = {
  eventStreamTerminated: { reason: 'the venue ended the subscription', planned: false },
  listenKeyExpired: { reason: 'the stream’s key has expired', planned: false },
  serverShutdown: { reason: 'the venue’s server is about to stop', planned: true },
};

/** The part of `ws` that is used here. */
interface RawSocket {
  on(event: 'open' | 'message' | 'ping' | 'pong' | 'close', listener: () => void): unknown;
  ping(): void;
  readyState: number;
}

const OPEN = 1;

/**
 * A stream link carried by a ccxt instance of its own. ccxt's promises are not relied on: they merge bursts, may stay
 * pending for ever, and reject where nobody waits. Events come through hooks, ends through the sockets, and the
 * instance is thrown away with the link.
 */
export function ccxtLink<C extends LinkClient>(client: C, options: LinkOptions<C>): StreamLink {
  const createdAt = performance.now();
  const sockets: { raw: RawSocket; lastFrameAt: number }[] = [];
  let eventAt = createdAt;
  let opened: () => void = () => undefined;
  let failed: (error: Error) => void = () => undefined;
  let ended: (end: LinkEnd) => void = () => undefined;
  const openedPromise = new Promise<void>((resolve, reject) => {
    opened = resolve;
    failed = reject;
  });
  openedPromise.catch(() => undefined);
  const endedPromise = new Promise<LinkEnd>((resolve) => {
    ended = resolve;
  });

  const attach = (raw: RawSocket): void => {
    const entry = { raw, lastFrameAt: performance.now() };
    sockets.push(entry);
    for (const event of ['open', 'message', 'ping', 'pong'] as const) {
      raw.on(event, () => {
        entry.lastFrameAt = performance.now();
      });
    }
    if (options.confirms === null) raw.on('open', () => opened());
    raw.on('close', () => ended({ reason: 'the connection was closed', planned: false }));
  };

  client.streamHooks = {
    onSocket: (socket: StreamClient) => {
      const dial = socket.createConnection.bind(socket);
      socket.createConnection = () => {
        dial();
        attach(socket.connection as RawSocket);
      };
    },
    onMessage: (message) => {
      const event = (message.event ?? message.data ?? message) as Message;
      const end = typeof event.e === 'string' && Object.hasOwn(ENDS, event.e) ? ENDS[event.e] : undefined;
      if (end !== undefined) ended(end);
      else if (options.confirms?.(message) === true) opened();
      else eventAt = performance.now();
    },
  };
  const dial = client.mayDial().then(() => options.subscribe(client));
  dial.catch((error: unknown) => {
    const reason = options.explain(error);
    failed(new Error(reason));
    ended({ reason, planned: false });
  });

  const { renew } = options;
  const renewing =
    renew === undefined
      ? null
      : setInterval(() => {
          renew.ask(client).catch((error: unknown) => {
            ended({ reason: `the stream’s key was not renewed: ${options.explain(error)}`, planned: true });
          });
        }, renew.everyMs).unref();

  return {
    opened: openedPromise,
    ended: endedPromise,
    lastFrameAt: () =>
      sockets.reduce(
        (least, { lastFrameAt }) => Math.min(least, lastFrameAt),
        sockets.length === 0 ? createdAt : Infinity,
      ),
    lastEventAt: () => eventAt,
    ping: () => {
      for (const { raw } of sockets) if (raw.readyState === OPEN) raw.ping();
    },
    close: () => {
      if (renewing !== null) clearInterval(renewing);
      client.silence();
      client.close().catch(() => undefined);
    },
  };
}
