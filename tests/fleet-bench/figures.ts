import { loadavg } from 'node:os';

export interface Spread {
  p50: number;
  p99: number;
  max: number;
}

/** Nearest-rank percentiles, rounded to whole units; zeros when there is nothing. */
export function spreadOf(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

export type Figures = Record<string, unknown>;

/** One line of results, for people and programs; how busy the whole machine was belongs to every figure. */
export function print(figures: Figures): void {
  const [minute = 0] = loadavg();
  process.stdout.write(`${JSON.stringify({ ...figures, loadAverage: Number(minute.toFixed(1)) })}\n`);
}
