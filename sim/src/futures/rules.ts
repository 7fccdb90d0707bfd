import { readFileSync } from 'node:fs';
import type { SymbolRules } from '../venue/rules.js';
import { ONE, toUnits, type Units } from '../venue/units.js';

/** One step of a contract's leverage table; notional amounts in units of quote. */
export interface Bracket {
  /** 1 for the smallest positions. */
  readonly number: number;
  /** Positions of more than `floor` and at most `cap`. */
  readonly floor: Units;
  readonly cap: Units;
  readonly maxLeverage: number;
  /** Maintenance margin as a fraction of the notional, less `cum`. */
  readonly maintenanceRate: Units;
  readonly cum: Units;
}

/** The trading rules of one USDT-M perpetual contract. */
export interface FuturesRules extends SymbolRules {
  readonly marketMaxQty: Units;
  /** Decimals of prices and quantities in answers; finer input is refused with -1111. */
  readonly pricePrecision: number;
  readonly quantityPrecision: number;
  readonly brackets: readonly Bracket[];
}

interface RulesRow {
  symbol: string;
  base: string;
  tickSize: string;
  minPrice: string;
  maxPrice: string;
  stepSize: string;
  minQty: string;
  maxQty: string;
  marketMaxQty: string;
  minNotional: string;
  pricePrecision: number;
  quantityPrecision: number;
  tier: string;
}

interface RulesFile {
  tiers: Record<string, [cap: string, maxLeverage: number, maintenanceRate: string][]>;
  symbols: RulesRow[];
}

export const MARGIN_ASSET = 'USDT';

/** Reads the bundled table of contracts. */
export function loadFuturesRules(): Map<string, FuturesRules> {
  const file = new URL('../../data/futures-rules.json', import.meta.url);
  const { tiers, symbols } = JSON.parse(readFileSync(file, 'utf8')) as RulesFile;
  return new Map(symbols.map((row) => [row.symbol, rulesOf(row, tiers[row.tier] ?? [])]));
}

function rulesOf(row: RulesRow, tier: RulesFile['tiers'][string]): FuturesRules {
  const tick = toUnits(row.tickSize);
  const step = toUnits(row.stepSize);
  if ((tick * step) % ONE !== 0n) throw new RangeError(`${row.symbol}: tick × step is finer than 8 decimals`);
  const brackets = bracketsOf(tier);
  return {
    symbol: row.symbol,
    base: row.base,
    quote: MARGIN_ASSET,
    tick,
    minPrice: toUnits(row.minPrice),
    maxPrice: toUnits(row.maxPrice),
    step,
    minQty: toUnits(row.minQty),
    maxQty: toUnits(row.maxQty),
    marketMaxQty: toUnits(row.marketMaxQty),
    minNotional: toUnits(row.minNotional),
    maxNotional: brackets[brackets.length - 1]?.cap ?? 0n,
    quoteUnit: (tick * step) / ONE,
    pricePrecision: row.pricePrecision,
    quantityPrecision: row.quantityPrecision,
    brackets,
  };
}

/** `cum` makes the maintenance margin continuous where one bracket meets the next. */
function bracketsOf(tier: RulesFile['tiers'][string]): Bracket[] {
  const brackets: Bracket[] = [];
  for (const [cap, maxLeverage, rate] of tier) {
    const last = brackets[brackets.length - 1];
    const floor = last?.cap ?? 0n;
    const maintenanceRate = toUnits(rate);
    const cum = last ? last.cum + (floor * (maintenanceRate - last.maintenanceRate)) / ONE : 0n;
    const number = brackets.length + 1;
    brackets.push({ number, floor, cap: toUnits(cap), maxLeverage, maintenanceRate, cum });
  }
  return brackets;
}
