import type { Clock } from '../clock.js';
import { INTERVALS, openTimeOf } from '../market/klines.js';
import type { MarketListener, SpotMarket } from '../market/spot-market.js';
import type { AggTrade, Trade } from '../market/tape.js';
import { aggTradeJson, dayTicker, klineEvent } from '../venue/market-formats.js';
import { priceText, quantityText } from '../venue/rules.js';
import { unitsText } from '../venue/units.js';
import { DepthFeed } from './depth-feed.js';
import { SPOT_FEED, type FeedFormats } from './feed-formats.js';
import type { Outbox } from './peer.js';
import type { StreamHub } from './stream-hub.js';

type Json = Record<string, unknown>;

const DEPTH_MS = 100;
/** Depth ticks per second. */
const TICKS_PER_SECOND = 10;

/** The markets whose streams are published. */
export interface FeedMarkets {
  readonly clock: Clock;
  markets(): SpotMarket[];
  market(symbol: string): SpotMarket | undefined;
}

/** Publishes the public streams of a venue's markets: trades and quotes at once, the rest by timer. */
export class MarketFeed implements MarketListener {
  readonly #depths: DepthFeed[] = [];
  #timer: NodeJS.Timeout | undefined;
  #ticks = 0;
  /** When each candle stream was last looked at, ms. */
  #sent = new Map<string, number>();

  constructor(
    private readonly venue: FeedMarkets,
    private readonly hub: StreamHub,
    private readonly outbox: Outbox,
    private readonly formats: FeedFormats = SPOT_FEED,
    /** Told of each tick before anything is sent, and whether it is the first of a second. */
    private readonly onTick: (now: number, second: boolean) => void = () => undefined,
  ) {
    for (const market of venue.markets()) this.add(market);
  }

  add(market: SpotMarket): void {
    this.#depths.push(new DepthFeed(market, this.hub, this.formats));
    market.addListener(this);
  }

  start(): void {
    this.#timer = setInterval(() => this.outbox.batch(() => this.#tick()), DEPTH_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  trade(market: SpotMarket, trade: Trade): void {
    this.hub.publish(`${market.rules.symbol.toLowerCase()}@trade`, () => this.formats.trade(market, trade));
  }

  aggTrade({ rules }: SpotMarket, trade: AggTrade): void {
    this.hub.publish(`${rules.symbol.toLowerCase()}@aggTrade`, () => ({
      e: 'aggTrade',
      E: trade.time,
      s: rules.symbol,
      ...aggTradeJson(rules, trade),
    }));
  }

  quote(market: SpotMarket): void {
    const make = (): Json => this.formats.quote(market, this.venue.clock.now());
    this.hub.publish(`${market.rules.symbol.toLowerCase()}@bookTicker`, make);
    if (this.formats.allQuotes) this.hub.publish('!bookTicker', make);
  }

  #tick(): void {
    const now = this.venue.clock.now();
    this.#ticks = (this.#ticks + 1) % TICKS_PER_SECOND;
    const second = this.#ticks === 0;
    this.onTick(now, second);
    for (const depth of this.#depths) depth.publish(now, this.#ticks);
    if (this.#ticks % 2 === 0) this.#publishKlines(now);
    if (second) this.#publishTickers(now);
  }

  /** The open candle when it changed, and every candle that closed since the last time, in order. */
  #publishKlines(now: number): void {
    // A new map each time forgets streams that nobody listens to any more.
    const sent = new Map<string, number>();
    for (const stream of this.hub.names()) {
      const [symbol = '', name = ''] = stream.split('@kline_');
      const interval = INTERVALS.get(name);
      const market = this.venue.market(symbol.toUpperCase());
      if (!market || interval === undefined) continue;
      const last = this.#sent.get(stream);
      sent.set(stream, now);
      const current = openTimeOf(now, interval);
      const from = last === undefined ? current : openTimeOf(last, interval);
      for (const bar of market.klines.bars(interval, from, now, now)) {
        const traded = (market.tape.last?.time ?? 0) >= (last ?? 0);
        if (bar.openTime === current && from === current && !traded) continue;
        this.hub.publish(stream, () => klineEvent(market.rules, bar, name, interval, now));
      }
    }
    this.#sent = sent;
  }

  #publishTickers(now: number): void {
    const markets = this.venue.markets();
    for (const market of markets) {
      const name = market.rules.symbol.toLowerCase();
      this.hub.publish(`${name}@miniTicker`, () => miniTicker(market, now));
      this.hub.publish(`${name}@ticker`, () => ticker(market, now));
    }
    this.hub.publish('!miniTicker@arr', () => markets.map((market) => miniTicker(market, now)));
    this.hub.publish('!ticker@arr', () => markets.map((market) => ticker(market, now)));
  }
}

function miniTicker(market: SpotMarket, now: number): Json {
  const { rules } = market;
  const { bar } = dayTicker(market, now);
  return {
    e: '24hrMiniTicker',
    E: now,
    s: rules.symbol,
    c: priceText(rules, bar.close),
    o: priceText(rules, bar.open),
    h: priceText(rules, bar.high),
    l: priceText(rules, bar.low),
    v: quantityText(rules, bar.volume),
    q: unitsText(bar.quoteVolume * rules.quoteUnit),
  };
}

function ticker(market: SpotMarket, now: number): Json {
  const { rules } = market;
  const { bar, ...day } = dayTicker(market, now);
  return {
    ...miniTicker(market, now),
    e: '24hrTicker',
    p: day.change,
    P: day.changePercent,
    w: day.weightedAverage,
    x: priceText(rules, bar.open),
    Q: day.lastQuantity,
    b: day.bid[0],
    B: day.bid[1],
    a: day.ask[0],
    A: day.ask[1],
    O: day.openTime,
    C: day.closeTime,
    F: bar.firstId,
    L: bar.lastId,
    n: bar.trades,
  };
}
