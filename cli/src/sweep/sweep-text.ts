import type { SweepRow } from '@gridfleet/shared/domain/backtest';
import { textTable } from '../text-table.js';
import type { SweepResult } from './sweep-result.js';

const NONE = '–';

function row({ values, train, test, refused }: SweepRow): string[] {
  const parameters = Object.values(values);
  if (train === null) return [...parameters, NONE, NONE, NONE, NONE, NONE, NONE, `refused: ${refused ?? ''}`];
  return [
    ...parameters,
    train.profit,
    train.roiPct,
    train.netGridProfit,
    String(train.cycles),
    train.maxDrawdownPct,
    train.holdPct,
    test?.roiPct ?? NONE,
  ];
}

/** The best runs as a table, and what to think of them. */
export function sweepText(result: SweepResult, quote: string, top: number): string {
  const { rows, runs, refused, trainPct, ranked, testRank } = result;
  const heading = ['profit', 'return %', 'net grid', 'cycles', 'drawdown %', 'hold %', 'out of sample %'];
  const lines = [
    `${result.kind} on ${result.symbol}, ${result.candles} candles, fill model ${result.fillModel}; ${runs} runs, ${refused} refused`,
    `Money in ${quote}. The first ${trainPct} % of the candles rank the runs${result.splitTime === null ? '.' : '; the rest is out of sample.'}`,
    '',
    textTable([...result.parameters, ...heading], rows.slice(0, top).map(row)),
  ];
  if (rows.length > top) lines.push(`… and ${rows.length - top} more (--top, --csv, --json)`);
  if (testRank !== null && ranked > 1)
    lines.push('', `The best run is number ${testRank} of ${ranked} out of sample.`);
  for (const { code, message } of result.warnings) lines.push('', `Warning (${code}): ${message}`);
  return `${lines.join('\n')}\n`;
}
