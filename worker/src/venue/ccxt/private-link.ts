import type { StreamLink } from '../stream/supervised-stream.js';
import type { PrivateListener } from '../venue.js';
import type { BinanceCalls } from './binance-calls.js';
import type { HookedBinance } from './hooked-binance.js';
import type { BinanceProduct, Raw } from './binance-product.js';
import { ccxtLink } from './stream-link.js';
import { symbolsOf } from './symbols.js';

/** Pause between two renewals of a stream key, which lives for an hour, ms. */
const RENEW_MS = 20 * 60_000;

/** One life of the private stream of an account; its instance is thrown away with it. */
export function privateLink(
  client: HookedBinance,
  product: BinanceProduct,
  calls: BinanceCalls,
  listener: PrivateListener,
): StreamLink {
  const symbolOf = symbolsOf(client, product.marketType);
  client.onOrderEvent = (message) => {
    // Changes of conditional orders come through the same hook; what they lead to is an order of its own.
    if (message.e === 'ALGO_UPDATE') return;
    try {
      listener.onReport(product.orderEvent(message, symbolOf(product.eventMarketId(message))));
    } catch (error) {
      listener.onGap(`unreadable private event: ${calls.explain(error).message}`);
    }
  };
  client.onAccountEvent = (message) => {
    const change = accountChange(message, symbolOf);
    if (change !== null) listener.onAccountChange?.(change);
  };
  return ccxtLink(client, {
    subscribe: (fresh) => fresh.watchOrders(),
    confirms: product.confirmsPrivate,
    explain: (error) => calls.explain(error).code,
    ...(product.api === 'linear'
      ? { renew: { everyMs: RENEW_MS, ask: (fresh) => fresh.fapiPrivatePutListenKey() } }
      : {}),
  });
}

/** What an account event says, beside what orders do; null when it only repeats an order's fill. */
function accountChange(
  message: Raw,
  symbolOf: (id: string) => string,
): { markets: string[] | null; cause: string } | null {
  switch (message.e) {
    case 'ACCOUNT_UPDATE': {
      const update = message.a as Raw | undefined;
      const cause = String(update?.m);
      if (cause === 'ORDER') return null;
      const positions = Array.isArray(update?.P) ? (update.P as Raw[]) : [];
      const markets = [...new Set(positions.map(({ s }) => symbolOf(String(s))))];
      return { markets: markets.length === 0 ? null : markets, cause };
    }
    case 'ACCOUNT_CONFIG_UPDATE':
    case 'MARGIN_CALL':
      return { markets: null, cause: message.e };
    default:
      return null;
  }
}
