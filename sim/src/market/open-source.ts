import { readFileSync } from 'node:fs';
import type { Ticks } from '@gridfleet/shared/domain';
import { isTradable, type SymbolRules } from '../venue/rules.js';
import { readUnits, unitsText, type Units } from '../venue/units.js';
import { readCandleFile } from './candle-path.js';
import type { MarketSpec, RandomSpec } from './market-spec.js';
import { PathSource } from './path-source.js';
import { RandomPath } from './random-path.js';
import type { Recording } from './recording.js';
import { readRecordings } from './recording-reader.js';
import { ReplaySource } from './replay-source.js';
import { ScriptedSource, type ScriptStep } from './scripted-source.js';
import type { MarketSource } from './source.js';
import { SyntheticBook } from './synthetic-book.js';

export interface SourceOptions {
  /** Start again at the end. */
  loop: boolean;
  /** For random processes that name no seed. */
  seed: number;
}

/** What a random point trades, as a share of what one level of the book holds. */
const TRADED_SHARE = 0.05;

/** Opens market sources; venues with the same listing share one, and with it the recordings it has read. */
export class SourceFactory {
  readonly #recordings = new Map<string, readonly Recording[]>();

  constructor(
    private readonly listing: ReadonlyMap<string, SymbolRules>,
    private readonly options: SourceOptions,
  ) {}

  /**
   * Opens the source of a market.
   * @throws RangeError or Error when its file cannot be read, or the symbol has no rules or cannot be traded.
   */
  open({ symbol, source, shape }: MarketSpec): MarketSource {
    const rules = this.listing.get(symbol);
    if (!rules) throw new RangeError(`there are no trading rules for ${symbol}`);
    if (!isTradable(rules)) {
      throw new RangeError(`${symbol} cannot be traded: tick × step is finer than 8 decimals`);
    }
    const book = new SyntheticBook(rules, shape);
    const { loop } = this.options;
    switch (source.kind) {
      case 'ticks':
        return new ReplaySource(this.#recording(symbol, source.file), loop);
      case 'candles':
        return new PathSource(readCandleFile(rules, source.file), book, loop);
      case 'random':
        return new PathSource(this.#randomPath(rules, source, book), book, loop);
      case 'script': {
        const script = readScriptFile(rules, source.file);
        return new ScriptedSource(symbol, script[0].price, book, script, loop);
      }
      case 'manual':
        return new ScriptedSource(symbol, nearestTicks(rules, source.price), book);
    }
  }

  /** Sources of every symbol in these tick files. @throws Error naming the file that cannot be read. */
  replay(files: readonly string[]): MarketSource[] {
    return this.#read(files).map((recording) => new ReplaySource(recording, this.options.loop));
  }

  #recording(symbol: string, file: string): Recording {
    const recording = this.#read([file]).find(({ rules }) => rules.symbol === symbol);
    if (!recording) throw new RangeError(`${file} holds no ticks of ${symbol}`);
    return recording;
  }

  #read(files: readonly string[]): readonly Recording[] {
    const name = files.join('\n');
    const known = this.#recordings.get(name);
    if (known) return known;
    const recordings = readRecordings(files, this.listing);
    this.#recordings.set(name, recordings);
    return recordings;
  }

  #randomPath(rules: SymbolRules, spec: RandomSpec, book: SyntheticBook): RandomPath {
    const start = nearestTicks(rules, spec.price);
    const quantity = book.levelQuantity(start) * TRADED_SHARE;
    const { seed = this.options.seed } = spec;
    return new RandomPath(rules.symbol, { ...spec, price: start, quantity, seed });
  }
}

/**
 * A script as JSON gives it: a list of `{afterMs, price}`, the price a decimal text.
 * @throws RangeError naming the step that is wrong.
 */
export function readScript(rules: SymbolRules, value: unknown): [ScriptStep, ...ScriptStep[]] {
  if (!Array.isArray(value)) throw new RangeError('a script must be a list of {afterMs, price}');
  const [first, ...rest] = value.map((step: unknown, index): ScriptStep => {
    const { afterMs, price } = (step ?? {}) as Record<string, unknown>;
    if (typeof afterMs !== 'number' || !Number.isFinite(afterMs) || afterMs < 0) {
      throw new RangeError(`step ${index}: afterMs must be a number of ms from 0`);
    }
    return { afterMs, price: readPrice(rules, price, `step ${index}: price`) };
  });
  if (!first) throw new RangeError('a script needs at least one step');
  return [first, ...rest];
}

/** A price a person gave, as the nearest tick. @throws RangeError naming the field. */
export function readPrice(rules: SymbolRules, value: unknown, name: string): Ticks {
  const units = typeof value === 'string' ? readUnits(value) : 'malformed';
  if (typeof units === 'string') throw new RangeError(`${name} must be a decimal text of at most 8 places`);
  return nearestTicks(rules, units);
}

function readScriptFile(rules: SymbolRules, file: string): [ScriptStep, ...ScriptStep[]] {
  try {
    return readScript(rules, JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new RangeError(`script ${file}: ${(error as Error).message}`, { cause: error });
  }
}

function nearestTicks(rules: SymbolRules, price: Units): Ticks {
  const ticks = Number((price + rules.tick / 2n) / rules.tick);
  if (ticks < 1 || !Number.isSafeInteger(ticks)) {
    throw new RangeError(
      `${unitsText(price)} is no price of ${rules.symbol}, whose tick is ${unitsText(rules.tick)}`,
    );
  }
  return ticks;
}
