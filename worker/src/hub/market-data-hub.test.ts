import type { Market } from '@gridfleet/shared/domain';
import { createLogger } from '@gridfleet/shared/infra';
import { describe, expect, it } from 'vitest';
import type { VenueMarkets, VenueQuote } from '../venue/venue.js';
import type { Venues } from '../venue/venues.js';
import { MarketDataHub, type Following } from './market-data-hub.js';
import type { QuoteBand } from './quote-band.js';

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
    for (const each of stops) each.stop();
    await hub.close();
  });

  it('makes one for each market, and ends it with the last strategy on it', async () => {
    const { venue, hub } = open();
    const stops = ['BTC/USDT', 'ETH/USDT', 'BTC/USDT'].map((market) =>
      hub.subscribe('binance', 'sim', market, () => undefined),
    );
    await turn();
    expect(venue.watched.sort()).toEqual(['BTC/USDT', 'ETH/USDT']);
    stops[0]?.stop();
    await turn();
    expect(venue.ended).toEqual([]);
    stops[2]?.stop();
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

  describe('whose followers sleep', () => {
    const market = { symbol: 'BTC/USDT', tickSize: '1' } as Market;
    const band = (lower: number | null, upper: number | null): QuoteBand => ({ market, lower, upper });

    /** Two followers, and what each was told since they had the first quote. */
    async function two(): Promise<{
      told: [string[], string[]];
      followings: [Following, Following];
      quote: (bid: number) => void;
    }> {
      const { venue, hub } = open();
      const told: [string[], string[]] = [[], []];
      const follow = (index: 0 | 1): Following =>
        hub.subscribe('binance', 'sim', 'BTC/USDT', ({ bid }) => told[index].push(bid));
      const followings: [Following, Following] = [follow(0), follow(1)];
      await turn();
      for (const each of told) each.length = 0;
      const quote = (bid: number): void =>
        venue.emitters.get('BTC/USDT')?.({ bid: String(bid), ask: String(bid + 1), last: null });
      return { told, followings, quote };
    }

    it('tells each only what is outside its band, and the newest to whoever asks', async () => {
      const { told, followings, quote } = await two();
      followings[0].sleep(band(90, 110));
      followings[1].sleep(band(95, 105));
      quote(100);
      quote(104);
      quote(90);
      expect(told).toEqual([['90'], ['104', '90']]);
      quote(100);
      expect(told).toEqual([['90'], ['104', '90']]);
      expect(followings[0].latest()?.bid).toBe('100');
    });

    it('tells one that has woken everything again', async () => {
      const { told, followings, quote } = await two();
      for (const each of followings) each.sleep(band(90, null));
      quote(99);
      followings[0].sleep(null);
      quote(100);
      expect(told).toEqual([['100'], []]);
      followings[0].sleep(band(100, 120));
      quote(101);
      quote(100);
      expect(told).toEqual([['100', '100'], []]);
    });

    it('wakes who sleeps lightest whatever the order in which they fell asleep', async () => {
      const { told, followings, quote } = await two();
      followings[1].sleep(band(99, 102));
      followings[0].sleep(band(0, 1_000));
      quote(100);
      followings[1].sleep(band(50, 60));
      quote(100.5);
      expect(told).toEqual([[], ['100.5']]);
    });

    it('tells one that comes meanwhile everything', async () => {
      const { venue, hub } = open();
      hub.subscribe('binance', 'sim', 'BTC/USDT', () => undefined).sleep(band(0, null));
      await turn();
      venue.emitters.get('BTC/USDT')?.({ ...QUOTE, bid: '100' });
      const late: string[] = [];
      hub.subscribe('binance', 'sim', 'BTC/USDT', ({ bid }) => late.push(bid));
      venue.emitters.get('BTC/USDT')?.({ ...QUOTE, bid: '100.5' });
      expect(late).toEqual(['100', '100.5']);
    });
  });
});
