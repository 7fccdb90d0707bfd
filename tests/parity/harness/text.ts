import { Decimal } from '@gridfleet/shared/domain';
import type { Cause } from './compare.js';
import type { SessionReport } from './session-report.js';

const CAUSES: readonly Cause[] = ['later', 'missed', 'follows'];
const SHOWN_PLACES = 4;

const money = (text: string): string => new Decimal(text).toFixed(SHOWN_PLACES);

function share(sorted: readonly number[], part: number): string {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  return value === undefined ? '–' : value.toFixed(0);
}

function causes({ differences }: SessionReport): number[] {
  return CAUSES.map((cause) => differences.filter((found) => found.cause === cause).length);
}

/** One line a session, both ways side by side. */
export function tableOf(reports: readonly SessionReport[]): string {
  const header = [
    ...['session', 'fills live', 'backtest', 'as slow', 'same', ...CAUSES, 'unexplained'],
    ...['cycles live', 'backtest', 'as slow', 'profit live', 'backtest', 'as slow', 'latency p50', 'p99'],
  ];
  const rows = reports.map((report) => {
    const { name, live, backtest, atLatency, same, unexplained, latencies } = report;
    return [
      ...[name, live.trades.length, backtest.trades.length, atLatency.trades.length, same],
      ...[...causes(report), unexplained.length, live.cycles, backtest.cycles, atLatency.cycles],
      ...[money(live.profit), money(backtest.profit), money(atLatency.profit)],
      ...[share(latencies, 0.5), share(latencies, 0.99)],
    ].map(String);
  });
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [header, ...rows]
    .map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '))
    .join('\n');
}

/** Every difference of a session with its cause, and what has none. */
export function differencesOf({ name, differences, unexplained }: SessionReport): string {
  const lines = differences.map(({ key, cause, live, backtest, arrived }) => {
    const when = arrived === null ? 'never sent' : `arrived ${(arrived / 1_000).toFixed(3)} s`;
    return `${name}: ${key}: ${cause}: live ${live}; backtest ${backtest}; ${when}`;
  });
  return [...lines, ...unexplained.map((what) => `${name}: UNEXPLAINED ${what}`)].join('\n');
}

/** The sums as one line of JSON. */
export function summaryOf(reports: readonly SessionReport[]): string {
  const sum = (of: (report: SessionReport) => number): number =>
    reports.reduce((total, report) => total + of(report), 0);
  const profit = (of: (report: SessionReport) => string): string =>
    reports.reduce((total, report) => total.plus(of(report)), new Decimal(0)).toFixed();
  return JSON.stringify({
    sessions: reports.length,
    fills: {
      live: sum(({ live }) => live.trades.length),
      backtest: sum(({ backtest }) => backtest.trades.length),
    },
    same: sum(({ same }) => same),
    explained: sum((report) => causes(report).reduce((total, count) => total + count, 0)),
    unexplained: sum(({ unexplained }) => unexplained.length),
    cycles: { live: sum(({ live }) => live.cycles), backtest: sum(({ backtest }) => backtest.cycles) },
    profit: { live: profit(({ live }) => live.profit), backtest: profit(({ backtest }) => backtest.profit) },
  });
}
