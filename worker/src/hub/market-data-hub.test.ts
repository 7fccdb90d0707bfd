import { createLogger } from '@gridfleet/shared/infra';
import { describe, expect, it } from 'vitest';
import type { VenueMarkets, VenueQuote } from '../venue/venue.js';
import type { Venues } from '../venue/venues.js';
import { MarketDataHub } from './market-data-hub.js';

const log = createLogger('test', 'fatal');
const QUOTE: VenueQuote = { bid: '99', ask: '101', last: null };

/** A venue that counts what is asked of it. */
class CountingVenue {
  readonly watched: string[] = [];
  readonly asked: string[] = [];
  readonly emitters = new Map<string, (quote: VenueQuote) => void>();
  readonly ended: string[] = [];

  readonly markets: Pick<VenueMarkets, 'quote' | 'watchQuotes'> = {
    quote: async (symbol) => {
      this.asked.push(symbol);
      return QUOTE;
    },
    watchQuotes: async (symbol, onQuote, _onError, signal) => {
      this.watched.push(symbol);
      this.emitters.set(symbol, onQuote);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      this.ended.push(symbol);
    },
  };
}

function open(): { venue: CountingVenue; hub: MarketDataHub; loads: () => number } {
  const venue = new CountingVenue();
  let loads = 0;
  const markets = async (): Promise<VenueMarkets> => {
    loads += 1;
    return venue.markets as VenueMarkets;
  };
  return { venue, hub: new MarketDataHub({ markets } as unknown as Venues, log), loads: () => loads };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the market data of a process', () => {
  it('makes one subscription for fifty strategies on a market, and each gets every newer quote', async () => {
    const { venue, hub, loads } = open();
    const seen = Array.from({ length: 50 }, () => [] as string[]);
    const stops = seen.map((list) =>
      hub.subscribe('binance', 'sim', 'BTC/USDT', (quote) => list.push(quote.bid)),
    );
    await turn();
    venue.emitters.get('BTC/USDT')?.({ ...QUOTE, bid: '100' });
    expect(venue.watched).toEqual(['BTC/USDT']);
    expect(venue.asked).toEqual(['BTC/USDT']);
    expect(loads()).toBe(1);
    expect(seen).toEqual(Array(50).fill(['99', '100']));
    for (const stop of stops) stop();
    await hub.close();
  });

  it('makes one for each market, and ends it with the last strategy on it', async () => {
    const { venue, hub } = open();
    const stops = ['BTC/USDT', 'ETH/USDT', 'BTC/USDT'].map((market) =>
      hub.subscribe('binance', 'sim', market, () => undefined),
    );
    await turn();
    expect(venue.watched.sort()).toEqual(['BTC/USDT', 'ETH/USDT']);
    stops[0]?.();
    await turn();
    expect(venue.ended).toEqual([]);
    stops[2]?.();
    await turn();
    expect(venue.ended).toEqual(['BTC/USDT']);
    await hub.close();
  });

  it('tells a strategy that comes later the latest quote at once', async () => {
    const { hub } = open();
    hub.subscribe('binance', 'sim', 'BTC/USDT', () => undefined);
    await turn();
    const late: string[] = [];
    hub.subscribe('binance', 'sim', 'BTC/USDT', (quote) => late.push(quote.bid));
    expect(late).toEqual(['99']);
    await hub.close();
  });
});
