import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Steps, Ticks } from '@gridfleet/shared/domain';
import { readSteps, readTicks, type SymbolRules } from '../venue/rules.js';
import { ONE, toUnits, unitsText } from '../venue/units.js';
import type { PathPoint, PricePath } from './path-source.js';

/** One bar of a candle file. */
interface Candle {
  /** Ms since the first bar. */
  time: number;
  open: Ticks;
  high: Ticks;
  low: Ticks;
  close: Ticks;
  volume: Steps;
}

const HEADER = 'open_time_ms,open,high,low,close,volume';
/** Trades on each of the three ways of a bar: open to the first extreme, to the other, to the close. */
const STEPS_PER_LEG = 8;
const POINTS_PER_BAR = 1 + 3 * STEPS_PER_LEG;

/**
 * Walks the bars of a candle file: open, low, high, close when the bar rose or stood, else open, high, low, close, in
 * equal steps over the bar's time. Candles made of these trades are those of the file.
 */
export class CandlePath implements PricePath {
  readonly length: number;
  /** Open time of the first bar, ms since the epoch. */
  readonly startTime: number;
  readonly symbol: string;
  readonly #candles: Candle[];
  readonly #barMs: number;

  /**
   * @param text lines of `open_time_ms,open,high,low,close,volume` below that header, ascending, volume in base.
   * @throws RangeError naming the line that cannot be read.
   */
  constructor(rules: SymbolRules, text: string) {
    const [header, ...lines] = text.trim().split(/\r?\n/);
    if (header !== HEADER) throw new RangeError(`the first line must be "${HEADER}"`);
    const rows = lines.map((line) => line.split(','));
    this.symbol = rules.symbol;
    this.startTime = Number(rows[0]?.[0] ?? NaN);
    if (!Number.isSafeInteger(this.startTime))
      throw new RangeError('line 2 does not begin with a time in ms');
    this.#candles = rows.map((row, index) => {
      try {
        return readCandle(rules, row, this.startTime);
      } catch (error) {
        throw new RangeError(`line ${index + 2}: ${(error as Error).message}`, { cause: error });
      }
    });
    this.#barMs = shortestStep(this.#candles);
    this.length = (this.#candles[this.#candles.length - 1]?.time ?? 0) + this.#barMs;
  }

  *points(): Generator<PathPoint, undefined> {
    for (const candle of this.#candles) {
      const { open, high, low, close, volume } = candle;
      const [first, second] = close >= open ? [low, high] : [high, low];
      const quantities = sharesOf(volume);
      const corners = [open, first, second, close];
      for (let point = 0; point < POINTS_PER_BAR; point++) {
        const leg = Math.min(Math.floor(point / STEPS_PER_LEG), 2);
        const from = corners[leg] ?? open;
        const way = (corners[leg + 1] ?? close) - from;
        const price = from + Math.round((way * (point - leg * STEPS_PER_LEG)) / STEPS_PER_LEG);
        yield {
          time: candle.time + Math.floor((this.#barMs * point) / POINTS_PER_BAR),
          price,
          quantity: quantities[point] ?? 0,
        };
      }
    }
    return undefined;
  }
}

/** A bar's volume over its points; so little that not every point gets some goes to the corners, one step each at least. */
function sharesOf(volume: Steps): Steps[] {
  const every = volume >= POINTS_PER_BAR ? 1 : STEPS_PER_LEG;
  const count = every === 1 ? POINTS_PER_BAR : POINTS_PER_BAR / STEPS_PER_LEG + 1;
  const each = Math.floor(volume / Math.floor(count));
  return Array.from({ length: POINTS_PER_BAR }, (_, point) => {
    if (volume === 0 || point % every !== 0) return 0;
    if (point < POINTS_PER_BAR - 1) return Math.max(1, each);
    return Math.max(1, volume - each * (Math.floor(count) - 1));
  });
}

/** Reads a candle file, gzip or plain. @throws RangeError naming file and line. */
export function readCandleFile(rules: SymbolRules, file: string): CandlePath {
  const raw = readFileSync(file);
  const text = (raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw).toString('utf8');
  try {
    return new CandlePath(rules, text);
  } catch (error) {
    throw new RangeError(`candles ${file}: ${(error as Error).message}`, { cause: error });
  }
}

function readCandle(rules: SymbolRules, row: readonly string[], start: number): Candle {
  const [time = '', open = '', high = '', low = '', close = '', volume = ''] = row;
  const candle = {
    time: Number(time) - start,
    open: readNearest(rules, open),
    high: readNearest(rules, high),
    low: readNearest(rules, low),
    close: readNearest(rules, close),
    volume: readSteps(rules, cut(volume)),
  };
  const { low: least, high: most } = candle;
  if (!Number.isSafeInteger(candle.time) || candle.time < 0)
    throw new RangeError(`"${time}" is no time in ms`);
  if (
    least < 1 ||
    Math.min(candle.open, candle.close) < least ||
    Math.max(candle.open, candle.close) > most
  ) {
    throw new RangeError('open and close must lie between low and high, above zero');
  }
  return candle;
}

/** A price as the nearest tick: files of other venues have finer ones. */
function readNearest(rules: SymbolRules, text: string): Ticks {
  const units = toUnits(cut(text));
  return readTicks(rules, unitsText(((units + rules.tick / 2n) / rules.tick) * rules.tick));
}

/** At most 8 decimals; floating-point files have more. */
function cut(text: string): string {
  const [whole = '', fraction = ''] = text.split('.');
  return fraction === '' ? whole : `${whole}.${fraction.slice(0, String(ONE).length - 1)}`;
}

function shortestStep(candles: readonly Candle[]): number {
  let shortest = Infinity;
  for (let index = 1; index < candles.length; index++) {
    const step = (candles[index]?.time ?? 0) - (candles[index - 1]?.time ?? 0);
    if (step <= 0) throw new RangeError(`line ${index + 2}: times must rise`);
    shortest = Math.min(shortest, step);
  }
  if (shortest === Infinity) throw new RangeError('at least two bars are needed');
  return shortest;
}
