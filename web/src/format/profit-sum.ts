import { dec, decStr } from '@gridfleet/shared/domain';
import type { ProfitSplit } from '../api/types.js';

/** Money that may be added up: one asset, in one environment. Play money never mixes with real money. */
export interface MoneyGroup {
  environment: string;
  quote: string;
}

export const groupKey = ({ environment, quote }: MoneyGroup): string => `${environment} ${quote}`;

/** Something with an amount of profit in its own asset. */
export interface ProfitSource extends MoneyGroup {
  profit: ProfitSplit | null;
}

export interface ProfitSum extends MoneyGroup {
  profit: ProfitSplit;
  /** Strategies counted: those that have a figure. */
  strategies: number;
}

const PARTS = [
  'grid',
  'inventoryRealised',
  'inventoryUnrealised',
  'priceImprovement',
  'funding',
  'openFees',
  'total',
] as const satisfies readonly (keyof ProfitSplit)[];

function add(a: ProfitSplit, b: ProfitSplit): ProfitSplit {
  return Object.fromEntries(PARTS.map((part) => [part, decStr(dec(a[part]).plus(b[part]))])) as ProfitSplit;
}

/** Exact sums per environment and asset; real money first, then by name. */
export function sumProfit(sources: readonly ProfitSource[]): ProfitSum[] {
  const sums = new Map<string, ProfitSum>();
  for (const { profit, environment, quote } of sources) {
    if (profit === null) continue;
    const key = groupKey({ environment, quote });
    const known = sums.get(key);
    sums.set(key, {
      environment,
      quote,
      profit: known ? add(known.profit, profit) : profit,
      strategies: (known?.strategies ?? 0) + 1,
    });
  }
  const rank = (sum: ProfitSum): number => (sum.environment === 'live' ? 0 : 1);
  return [...sums.values()].sort((a, b) => rank(a) - rank(b) || groupKey(a).localeCompare(groupKey(b)));
}
