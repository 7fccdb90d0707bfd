import type { DataSource } from 'typeorm';
import {
  dayStart,
  isTimeZone,
  nextDay,
  readSettings,
  StrategyRepository,
  type TradeScope,
} from '@gridfleet/shared/infra';
import { GridfleetError, type TradeFilter } from '@gridfleet/shared/schema';
import { strategyNotFound } from '../strategies/strategy-errors.js';

/** A filter of a request, resolved to moments and a user. */
export interface ResolvedScope {
  scope: TradeScope;
  timeZone: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Moments of a filter; days are written with four digits of the year, and so are those of any zone near the end. */
const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(9999, 0, 1);

function invalid(field: string, message: string): GridfleetError {
  return new GridfleetError('VALIDATION_FAILED', `The request is not valid: ${field}`, [
    { field, code: 'FORMAT', message: `${field} ${message}.` },
  ]);
}

/** @throws GridfleetError VALIDATION_FAILED for a zone nobody knows */
export function checkTimeZone(timeZone: string, field: string): string {
  if (!isTimeZone(timeZone)) throw invalid(field, 'is not a time zone');
  return timeZone;
}

/** A day of the zone or a moment. `isEnd` takes a day whole, as its last. */
function momentOf(text: string, field: string, timeZone: string, isEnd: boolean): Date {
  try {
    const at = DAY.test(text) ? dayStart(timeZone, isEnd ? nextDay(text) : text) : new Date(text);
    if (at.getTime() >= EARLIEST && at.getTime() <= LATEST) return at;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw invalid(field, 'is not a day or a moment of the years 1970 to 9998');
}

/** Zone of the request, else of the settings. @throws GridfleetError VALIDATION_FAILED */
export async function timeZoneOf(
  dataSource: DataSource,
  userId: number,
  timeZone: string | undefined,
): Promise<string> {
  if (timeZone !== undefined) return checkTimeZone(timeZone, 'query.timeZone');
  return (await readSettings(dataSource.manager, userId)).timeZone;
}

/** @throws GridfleetError VALIDATION_FAILED, NOT_FOUND (a strategy that is not the user's) */
export async function resolveScope(
  dataSource: DataSource,
  userId: number,
  filter: TradeFilter,
): Promise<ResolvedScope> {
  const { strategyId, accountId, market, side, from, to } = filter;
  const timeZone = await timeZoneOf(dataSource, userId, filter.timeZone);
  if (strategyId !== undefined) {
    const row = await new StrategyRepository(dataSource.manager).find(userId, strategyId);
    if (row === null) throw strategyNotFound(strategyId);
  }
  const begin = from === undefined ? undefined : momentOf(from, 'query.from', timeZone, false);
  const end = to === undefined ? undefined : momentOf(to, 'query.to', timeZone, true);
  if (begin !== undefined && end !== undefined && begin >= end)
    throw invalid('query.to', 'must be after query.from');
  return {
    timeZone,
    scope: {
      userId,
      ...(strategyId === undefined ? {} : { strategyId }),
      ...(accountId === undefined ? {} : { accountId }),
      ...(market === undefined ? {} : { market }),
      ...(side === undefined ? {} : { side }),
      ...(begin === undefined ? {} : { from: begin }),
      ...(end === undefined ? {} : { to: end }),
    },
  };
}
