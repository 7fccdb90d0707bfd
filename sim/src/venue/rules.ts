import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Steps, Ticks } from '@gridfleet/shared/domain';
import { fixedText, ONE, toUnits, UNIT_PLACES, unitsText, type Units } from './units.js';

/** The trading rules of one spot symbol; sizes and limits in units of 1e-8. */
export interface SymbolRules {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly tick: Units;
  readonly minPrice: Units;
  readonly maxPrice: Units;
  readonly step: Units;
  readonly minQty: Units;
  readonly maxQty: Units;
  readonly minNotional: Units;
  readonly maxNotional: Units;
  /** Units of quote in one tick × one step. */
  readonly quoteUnit: Units;
  /** Decimals of its prices and quantities in texts; 8 when left out. */
  readonly pricePrecision?: number;
  readonly quantityPrecision?: number;
}

interface RulesRow {
  symbol: string;
  base: string;
  quote: string;
  tickSize: string;
  minPrice: string;
  maxPrice: string;
  stepSize: string;
  minQty: string;
  maxQty: string;
  minNotional: string;
}

/** Largest price × quantity of one order, quote; Binance's value for its large symbols. */
const MAX_NOTIONAL = toUnits('9000000');

/** Reads the bundled rule tables: every symbol, with newer rows of some in `spot-rules.json`. */
export function loadRules(): Map<string, SymbolRules> {
  const all = gunzipSync(readFileSync(dataFile('spot-symbols.csv.gz'))).toString('utf8');
  const newer = JSON.parse(readFileSync(dataFile('spot-rules.json'), 'utf8')) as RulesRow[];
  return new Map([...readTable(all), ...newer].map((row) => [row.symbol, rulesOf(row)]));
}

function dataFile(name: string): URL {
  return new URL(`../../data/${name}`, import.meta.url);
}

function readTable(text: string): RulesRow[] {
  const [names = '', ...lines] = text.trimEnd().split('\n');
  const columns = names.split(',');
  return lines.map((line) => {
    const values = line.split(',');
    return Object.fromEntries(
      columns.map((name, place) => [name, values[place] ?? '']),
    ) as unknown as RulesRow;
  });
}

function rulesOf(row: RulesRow): SymbolRules {
  const tick = toUnits(row.tickSize);
  const step = toUnits(row.stepSize);
  return {
    symbol: row.symbol,
    base: row.base,
    quote: row.quote,
    tick,
    minPrice: toUnits(row.minPrice),
    maxPrice: toUnits(row.maxPrice),
    step,
    minQty: toUnits(row.minQty),
    maxQty: toUnits(row.maxQty),
    minNotional: toUnits(row.minNotional),
    maxNotional: MAX_NOTIONAL,
    quoteUnit: (tick * step) / ONE,
  };
}

/** Whether every amount of a symbol's trades fits 8 decimals. The others are listed and take no orders. */
export function isTradable({ tick, step }: SymbolRules): boolean {
  return (tick * step) % ONE === 0n;
}

export function priceUnits(rules: SymbolRules, price: Ticks): Units {
  return BigInt(price) * rules.tick;
}

export function quantityUnits(rules: SymbolRules, quantity: Steps): Units {
  return BigInt(quantity) * rules.step;
}

/** Exact price × quantity in quote. */
export function quoteUnits(rules: SymbolRules, price: Ticks, quantity: Steps): Units {
  return BigInt(price) * BigInt(quantity) * rules.quoteUnit;
}

export function priceText(rules: SymbolRules, price: Ticks): string {
  return fixedText(priceUnits(rules, price), rules.pricePrecision);
}

export function quantityText(rules: SymbolRules, quantity: Steps): string {
  return fixedText(quantityUnits(rules, quantity), rules.quantityPrecision);
}

/** A price as ticks. @throws RangeError when it is not a multiple of the tick. */
export function readTicks(rules: SymbolRules, text: string): Ticks {
  const ticks = unitsOf(text) / Number(rules.tick);
  if (!Number.isInteger(ticks)) {
    throw new RangeError(`${rules.symbol}: price ${text} is not a multiple of ${unitsText(rules.tick)}`);
  }
  return ticks;
}

/** A quantity as whole steps. Recordings hold a few quantities finer than a step, left from older rules; they are cut. */
export function readSteps(rules: SymbolRules, text: string): Steps {
  return Math.floor(unitsOf(text) / Number(rules.step));
}

/** Units as an integer number: recordings hold hundreds of thousands of amounts, and bigints would double the start. */
function unitsOf(text: string): number {
  const units = text.at(-UNIT_PLACES - 1) === '.' ? Number(text.replace('.', '')) : Number(toUnits(text));
  if (!Number.isSafeInteger(units) || units < 0) throw new RangeError(`"${text}" is no amount that fits`);
  return units;
}
