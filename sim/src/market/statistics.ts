import { AVG_PRICE_MINUTES } from '../venue/filters.js';
import { priceUnits } from '../venue/rules.js';
import type { Units } from '../venue/units.js';
import type { Bar } from './klines.js';
import type { SpotMarket } from './spot-market.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Volume-weighted average price of the last minutes, cut to 8 decimals; the last price when nothing traded. */
export function averagePrice(market: SpotMarket, now: number): Units {
  const bar = market.klines.total(now - AVG_PRICE_MINUTES * MINUTE, now);
  return weightedPrice(market, bar) ?? priceUnits(market.rules, market.lastPrice());
}

/** Volume-weighted price of a bar in units, or null without volume. */
export function weightedPrice(market: SpotMarket, bar: Bar | null): Units | null {
  if (!bar || bar.volume === 0) return null;
  return (bar.quoteVolume * market.rules.tick) / BigInt(bar.volume);
}

/** The rolling 24 hours as one bar; a flat bar at the last price before the first trade. */
export function dayBar(market: SpotMarket, now: number): Bar {
  const price = market.lastPrice();
  return (
    market.klines.total(now - DAY, now) ?? {
      openTime: now - DAY,
      open: price,
      high: price,
      low: price,
      close: price,
      volume: 0,
      quoteVolume: 0n,
      buyVolume: 0,
      buyQuoteVolume: 0n,
      trades: 0,
      firstId: -1,
      lastId: -1,
    }
  );
}
