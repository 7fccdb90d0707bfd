import type { Order } from 'ccxt';
import type { DecimalString } from '@gridfleet/shared/domain';
import { pause } from '../../../util/pause.js';
import { SupervisedStream, type StreamLink, type StreamTimes } from '../../stream/supervised-stream.js';
import type { PrivateListener, VenueQuote } from '../../venue.js';
import { ccxtLink } from '../stream-link.js';
import type { UnifiedCalls } from './unified-calls.js';
import type { UnifiedClient } from './unified-client.js';
import { textOf, unifiedOrder } from './unified-convert.js';

/** An exchange without private stream is looked at this often, ms. */
const POLL_MS = 5_000;
/** An exchange without stream of quotes is asked this often, ms; one with such a stream when it is silent. */
const ASK_MS = 2_000;
const SILENT_MS = 10_000;
/** A private stream without any event for this long is replaced. */
const EVENTLESS_MS = 15 * 60_000;

export interface StreamDeps {
  /** A fresh instance that knows the markets, for one link. */
  client: () => UnifiedClient;
  calls: UnifiedCalls;
  times: Partial<StreamTimes>;
}

/** A link that repeats a watch call and hands on what it brings, until it is closed. */
function watchLink<T>(
  fresh: UnifiedClient,
  calls: UnifiedCalls,
  watch: () => Promise<T>,
  take: (value: T) => void,
): StreamLink {
  const over = new AbortController();
  const link = ccxtLink(fresh, {
    subscribe: async () => {
      while (!over.signal.aborted) take(await watch());
    },
    confirms: null,
    explain: (error) => calls.explain(error).code,
  });
  const close = (): void => {
    over.abort();
    link.close();
  };
  return { ...link, close };
}

/**
 * Orders as the exchange's stream brings them. ccxt hands on the latest state of each, so trades are asked for by the
 * order path; an exchange without such a stream is looked at again and again.
 */
export async function watchOrders(
  { client, calls, times }: StreamDeps,
  listener: PrivateListener,
  sizeOf: (symbol: string) => DecimalString,
  signal: AbortSignal,
): Promise<void> {
  if (!calls.can('watchOrders')) {
    // No gap either: where nothing is heard, a trade that a look brings does not show that a stream is deaf.
    while (!signal.aborted) {
      await pause(POLL_MS, signal);
      listener.onAccountChange?.({ markets: null, cause: 'POLL' });
    }
    return;
  }
  const hear = (order: Order): void => {
    try {
      const symbol = String(order.symbol);
      listener.onReport(unifiedOrder(order, symbol, sizeOf(symbol)));
    } catch (error) {
      listener.onGap(`unreadable private event: ${calls.explain(error).message}`);
    }
  };
  const stream = new SupervisedStream(
    () => {
      const fresh = client();
      return watchLink(
        fresh,
        calls,
        () => fresh.watchOrders(),
        (orders) => {
          for (const order of orders) hear(order);
        },
      );
    },
    {
      onOpen: (missed) => {
        if (missed) listener.onGap('private stream opened');
      },
      onLost: (reason) => listener.onGap(`private stream lost: ${reason}`),
    },
    { eventlessMs: EVENTLESS_MS, ...times },
  );
  await stream.run(signal);
}

/** Best quotes of one market: from the stream of quotes or of the book, and by asking while it says nothing. */
export async function watchQuotes(
  { client, calls, times }: StreamDeps,
  symbol: string,
  ask: () => Promise<VenueQuote>,
  onQuote: (quote: VenueQuote) => void,
  onError: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  const method = (['watchBidsAsks', 'watchOrderBook'] as const).find((name) => calls.can(name));
  let heardAt = 0;
  const take = (bid: unknown, askPrice: unknown): void => {
    heardAt = performance.now();
    onQuote({ bid: textOf(bid, 'bid'), ask: textOf(askPrice, 'ask'), last: null });
  };
  const asking = async (): Promise<void> => {
    while (!signal.aborted) {
      await pause(method === undefined ? ASK_MS : SILENT_MS, signal);
      if (isAborted(signal) || performance.now() - heardAt < SILENT_MS) continue;
      await ask().then(onQuote, onError);
    }
  };
  if (method === undefined) return asking();
  const stream = new SupervisedStream(
    () => {
      const fresh = client();
      return method === 'watchBidsAsks'
        ? watchLink(
            fresh,
            calls,
            () => fresh.watchBidsAsks([symbol]),
            (all) => take(all[symbol]?.bid, all[symbol]?.ask),
          )
        : watchLink(
            fresh,
            calls,
            () => fresh.watchOrderBook(symbol),
            ({ bids, asks }) => take(bids[0]?.[0], asks[0]?.[0]),
          );
    },
    {
      onOpen: () => undefined,
      onLost: (reason) => onError(new Error(`market data stream lost: ${reason}`)),
    },
    times,
  );
  await Promise.all([stream.run(signal), asking()]);
}

/** Read anew after an await: the compiler takes the loop's first look for the last one. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
