import { SupervisedStream } from '../stream/supervised-stream.js';
import type { TickListener } from '../venue.js';
import { levelOf, tradeOf } from './binance-ticks.js';
import type { HookedBinance } from './hooked-binance.js';
import { ccxtLink } from './stream-link.js';

export interface TickStreamDeps {
  /** A fresh instance that knows the markets, for one link. */
  client(): HookedBinance;
  explain(error: unknown): string;
}

/**
 * Every best quote and public trade of one market over a supervised stream of its own, until the signal aborts.
 * Interruptions heal by themselves and are told to the listener.
 */
export async function watchTicks(
  deps: TickStreamDeps,
  symbol: string,
  listener: TickListener,
  signal: AbortSignal,
): Promise<void> {
  const guarded = (pass: () => void): void => {
    try {
      pass();
    } catch (error) {
      listener.onError(error);
    }
  };
  const open = (): ReturnType<typeof ccxtLink> => {
    const client = deps.client();
    client.onQuoteEvent = ({ b, B, a, A }) => {
      guarded(() => listener.onQuote(levelOf([b, B]), levelOf([a, A])));
    };
    client.onTradeEvent = ({ t, p, q, m, T }) => {
      guarded(() => listener.onTrade(tradeOf([t, p, q, m, T])));
    };
    let confirmed = 0;
    return ccxtLink(client, {
      subscribe: (fresh) => Promise.all([fresh.watchBidsAsks([symbol]), fresh.watchTrades(symbol)]),
      // Quotes and trades are two subscriptions: only both make the stream whole.
      confirms: (message) => 'id' in message && message.result === null && ++confirmed >= 2,
      explain: (error) => deps.explain(error),
    });
  };
  const stream = new SupervisedStream(open, {
    onOpen: () => undefined,
    onLost: (reason) => listener.onError(new Error(`market data stream lost: ${reason}`)),
  });
  await stream.run(signal);
}
