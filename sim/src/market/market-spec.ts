import { readUnits, type Units } from '../venue/units.js';
import { STANDARD_SHAPE, type BookShape } from './synthetic-book.js';

/** A process that prices are drawn from. */
export interface RandomSpec {
  kind: 'random';
  /** Start price, units of quote. */
  price: Units;
  volatility: number;
  drift: number;
  reversion: number;
  jumpsPerHour: number;
  jumpSize: number;
  everyMs: number;
  /** Undefined takes the simulator's seed. */
  seed: number | undefined;
}

/** Where the data of a market comes from. */
export type SourceSpec =
  | { kind: 'ticks'; file: string }
  | { kind: 'candles'; file: string }
  | { kind: 'script'; file: string }
  | { kind: 'manual'; price: Units }
  | RandomSpec;

/** One market as it is asked for, e.g. by `--market`. */
export interface MarketSpec {
  /** Venue that gets it; undefined for every spot venue. */
  venue: string | undefined;
  symbol: string;
  source: SourceSpec;
  /** Form of the book where the data has none. */
  shape: BookShape;
}

type Options = Map<string, string>;

/** What each random process may be told, and what it is when it is not told. */
const RANDOM_DEFAULTS = {
  gbm: { vol: 0.8, drift: 0, reversion: 0, jumps: 0, 'jump-size': 0 },
  ou: { vol: 0.8, drift: 0, reversion: 0.5, jumps: 0, 'jump-size': 0 },
  jump: { vol: 0.8, drift: 0, reversion: 0, jumps: 4, 'jump-size': 0.01 },
} as const;
const DEFAULT_EVERY_MS = 250;
/** Millionths of the price in one percent. */
const PPM_PER_PERCENT = 10_000n;

/**
 * Reads `[VENUE/]SYMBOL=KIND:ARGUMENT[,name=value…]`: `BTCUSDT=ticks:FILE`, `ETHUSDT=candles:FILE,spread=0.02%`,
 * `SOLUSDT=gbm:price=150,vol=0.8,seed=7` (also `ou` and `jump`), `XRPUSDT=script:FILE`, `ADAUSDT=manual:0.5`.
 * @throws RangeError naming the wrong part.
 */
export function parseMarketSpec(text: string): MarketSpec {
  const match = /^(?:([^/=]+)\/)?([A-Z0-9]{2,20})=([a-z]+):(.*)$/.exec(text);
  if (!match) throw new RangeError(`market "${text}" must be SYMBOL=KIND:…, e.g. SOLUSDT=gbm:price=150`);
  const [, venue, symbol = '', kind = '', rest = ''] = match;
  const parts = rest.split(',');
  const first = parts[0]?.includes('=') === true ? '' : (parts.shift() ?? '');
  const options: Options = new Map(parts.filter((part) => part !== '').map((part) => option(text, part)));
  const shape = readShape(options);
  const source = readSource(text, kind, first, options);
  const [unknown] = options.keys();
  if (unknown !== undefined) throw new RangeError(`market "${text}": ${kind} does not know "${unknown}"`);
  return { venue, symbol, source, shape };
}

function readSource(text: string, kind: string, first: string, options: Options): SourceSpec {
  switch (kind) {
    case 'ticks':
    case 'candles':
    case 'script':
      if (first === '') throw new RangeError(`market "${text}": ${kind} needs a file`);
      return { kind, file: first };
    case 'manual':
      return { kind, price: amount('price', first) };
    case 'gbm':
    case 'ou':
    case 'jump':
      return readRandom(kind, first, options);
    default:
      throw new RangeError(
        `market "${text}": "${kind}" is none of ticks, candles, gbm, ou, jump, script, manual`,
      );
  }
}

function readRandom(kind: keyof typeof RANDOM_DEFAULTS, first: string, options: Options): RandomSpec {
  const defaults = RANDOM_DEFAULTS[kind];
  const number = (name: string, fallback: number, least = 0): number => {
    const text = take(options, name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (!/^-?\d+(\.\d+)?$/.test(text) || value < least)
      throw new RangeError(`${name} "${text}" must be a number from ${least}`);
    return value;
  };
  const seed = take(options, 'seed');
  if (seed !== undefined && !/^\d{1,9}$/.test(seed))
    throw new RangeError(`seed "${seed}" must be a whole number`);
  return {
    kind: 'random',
    price: amount('price', take(options, 'price') ?? first),
    volatility: number('vol', defaults.vol),
    drift: number('drift', defaults.drift, -100),
    reversion: number('reversion', defaults.reversion),
    jumpsPerHour: number('jumps', defaults.jumps),
    jumpSize: number('jump-size', defaults['jump-size']),
    everyMs: number('every', DEFAULT_EVERY_MS, 1),
    seed: seed === undefined ? undefined : Number(seed),
  };
}

function readShape(options: Options): BookShape {
  const spread = take(options, 'spread');
  const depth = take(options, 'depth');
  return {
    spreadPpm: spread === undefined ? STANDARD_SHAPE.spreadPpm : percent('spread', spread),
    levelQuote: depth === undefined ? STANDARD_SHAPE.levelQuote : amount('depth', depth),
  };
}

function percent(name: string, text: string): number {
  const ppm = /^\d{1,2}(\.\d{1,4})?%$/.test(text) ? readUnits(text.slice(0, -1)) : 'malformed';
  if (typeof ppm === 'string') throw new RangeError(`${name} "${text}" must be a percentage, e.g. 0.02%`);
  return Number((ppm * PPM_PER_PERCENT) / 100_000_000n);
}

function amount(name: string, text: string): Units {
  const units = readUnits(text);
  if (typeof units === 'string' || units === 0n)
    throw new RangeError(`${name} "${text}" must be a decimal above 0`);
  return units;
}

function option(text: string, part: string): [string, string] {
  const at = part.indexOf('=');
  if (at < 1) throw new RangeError(`market "${text}": "${part}" must be name=value`);
  return [part.slice(0, at), part.slice(at + 1)];
}

function take(options: Options, name: string): string | undefined {
  const value = options.get(name);
  options.delete(name);
  return value;
}
