import type { RoundReport } from './round.js';

/** The last line of a campaign. */
export interface Summary {
  rounds: number;
  kills: number;
  takeOverMs: { p50: number; p99: number; max: number };
  gaps: number;
  orders: number;
  fills: number;
  violations: number;
}

function percentile(sorted: readonly number[], share: number): number {
  return Math.round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
}

/** @param orders orders of ours that the exchange has seen */
export function summaryOf(reports: readonly RoundReport[], orders: number): Summary {
  const sum = (of: (report: RoundReport) => number): number =>
    reports.reduce((total, report) => total + of(report), 0);
  const taken = reports.flatMap(({ takeOverMs }) => takeOverMs).sort((a, b) => a - b);
  return {
    rounds: reports.length,
    kills: sum(({ kills }) => kills),
    takeOverMs: { p50: percentile(taken, 0.5), p99: percentile(taken, 0.99), max: percentile(taken, 1) },
    gaps: sum(({ gaps }) => gaps),
    orders,
    fills: sum(({ fills }) => fills),
    violations: sum(({ violations }) => violations.length),
  };
}

/** Nothing is proved when nothing was killed; what a round lacks is among its violations. */
export function hasFailed({ kills, violations }: Summary): boolean {
  return violations > 0 || kills === 0;
}
