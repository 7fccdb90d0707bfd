import { VenueGate } from '../../budget/venue-gate.js';
import { ClockWatch } from '../clock-watch.js';
import type { VenueTicks } from '../venue.js';
import { VenueError } from '../venue-error.js';
import { BinanceAccount } from './binance-account.js';
import { createBinance } from './binance-client.js';
import type { BinanceOptions, HookedBinance } from './hooked-binance.js';
import { BinanceMarkets } from './binance-markets.js';
import type { BinanceProduct } from './binance-product.js';
import { loadBinance } from './load-ccxt.js';
import { healthOf, scopeOf, troubleTo, type OpenVenue, type VenueParts } from './open-venue.js';

/** Binance, by the adapter of its own. */
export async function openBinance(
  parts: VenueParts,
  product: BinanceProduct,
): Promise<OpenVenue & { markets: VenueTicks }> {
  const { environment, simUrl, budget, egress, log } = parts;
  const { Binance, errors } = await loadBinance(product.id);
  const clock: ClockWatch = new ClockWatch({ ask: () => serverTime(source, product), log });
  const gate = new VenueGate(budget, scopeOf(parts), egress, product.limits, () => clock.now());
  const create = (own: Pick<BinanceOptions, 'credentials' | 'account'>): HookedBinance =>
    createBinance(Binance, {
      loads: product.loads,
      environment,
      simUrl,
      gate,
      clock,
      onTrouble: troubleTo(log),
      ...own,
    });
  const fresh = (): HookedBinance => create({ credentials: null });
  const source = fresh();
  const markets = new BinanceMarkets(source, errors, clock, fresh, {}, product);
  return {
    markets,
    async account({ apiKey = '', secret = '' }, account) {
      const loaded = await markets.source();
      const shared = (): HookedBinance => {
        const client = create({ credentials: { apiKey, secret }, account });
        client.setMarketsFromExchange(loaded);
        return client;
      };
      return new BinanceAccount(shared(), errors, clock, shared, {}, product);
    },
    look: () => gate.look(product.lookWeight),
    health: () => healthOf(scopeOf(parts), clock, gate),
    close: () => markets.close(),
  };
}

async function serverTime(client: HookedBinance, product: BinanceProduct): Promise<number> {
  const time = Number(((await product.serverTime(client)) as { serverTime?: unknown }).serverTime);
  if (Number.isFinite(time)) return time;
  throw new VenueError('unavailable', 'VENUE_ANSWER_UNREADABLE', 'the exchange did not tell its time');
}
