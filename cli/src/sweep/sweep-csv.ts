import { SWEEP_FIGURES } from '@gridfleet/shared/domain/backtest';
import type { SweepResult } from './sweep-result.js';

/** A field as RFC 4180 wants it. */
function field(value: string | number | null | undefined): string {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** All runs, best training return first; the columns out of sample begin with `test_`. */
export function sweepCsv(result: SweepResult): string {
  const heading = [
    ...result.parameters,
    ...SWEEP_FIGURES,
    ...SWEEP_FIGURES.map((name) => `test_${name}`),
    'refused',
  ];
  const lines = result.rows.map(({ values, train, test, refused }) => [
    ...result.parameters.map((name) => values[name]),
    ...SWEEP_FIGURES.map((name) => train?.[name]),
    ...SWEEP_FIGURES.map((name) => test?.[name]),
    refused,
  ]);
  return [heading, ...lines].map((line) => `${line.map(field).join(',')}\n`).join('');
}
