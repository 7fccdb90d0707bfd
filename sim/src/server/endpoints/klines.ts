import { INTERVALS, openTimeOf, type Klines } from '../../market/klines.js';
import { refuse } from '../../venue/errors.js';
import { klineRow } from '../../venue/market-formats.js';
import type { Params } from '../../venue/params.js';
import type { SymbolRules } from '../../venue/rules.js';

/** The candles a request asks for. @throws VenueError -1120 on an unknown interval. */
export function klineRows(klines: Klines, rules: SymbolRules, params: Params, now: number): unknown[] {
  const interval = INTERVALS.get(params.required('interval'));
  if (interval === undefined) throw refuse.interval();
  const limit = params.limit(500, 1000);
  const { startTime, endTime = now } = timeRange(params);
  const latest = openTimeOf(Math.min(endTime, now), interval) - (limit - 1) * interval;
  const bars = klines.bars(interval, startTime ?? latest, endTime, now);
  return bars.slice(0, limit).map((bar) => klineRow(rules, bar, interval));
}

export function timeRange(params: Params): { startTime?: number; endTime?: number } {
  return { ...optionalInteger(params, 'startTime'), ...optionalInteger(params, 'endTime') };
}

export function optionalInteger<Name extends string>(params: Params, name: Name): { [key in Name]?: number } {
  const value = params.integer(name);
  return value === undefined ? {} : ({ [name]: value } as { [key in Name]?: number });
}
