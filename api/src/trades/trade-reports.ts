import { In, type DataSource } from 'typeorm';
import { dec, decStr, ZERO } from '@gridfleet/shared/domain';
import {
  AccountRowEntity,
  dayOf,
  dayStart,
  DayTotals,
  equitySeries,
  groupedStats,
  StrategyRowEntity,
  tradeStats,
} from '@gridfleet/shared/infra';
import {
  GridfleetError,
  type DailySeries,
  type EquityPoint,
  type EquityQuery,
  type GroupStatsList,
  type StatsGroup,
  type StatsQuery,
  type TradeFilter,
  type TradeStats,
} from '@gridfleet/shared/schema';
import { resolveScope, type ResolvedScope } from './trade-scope.js';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Days of a series without dates, and the most a series may have. */
const DEFAULT_DAYS = 30;
const MAX_DAYS = 3_700;
/** Points of an equity curve without a number asked for. */
const DEFAULT_POINTS = 300;

/** Totals and series over what was traded. Days are those of the user's time zone. */
export class TradeReports {
  readonly #dataSource: DataSource;
  readonly #dayTotals = new DayTotals();

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** @throws GridfleetError VALIDATION_FAILED, NOT_FOUND */
  async stats(userId: number, query: StatsQuery): Promise<TradeStats> {
    const { scope } = await this.#scope(userId, query);
    return tradeStats(this.#dataSource.manager, scope, this.#dayTotals);
  }

  /** @throws GridfleetError VALIDATION_FAILED, NOT_FOUND */
  async groups(userId: number, query: StatsQuery, by: StatsGroup): Promise<GroupStatsList> {
    const { scope, timeZone } = await this.#scope(userId, query);
    const groups = await groupedStats(this.#dataSource.manager, scope, by, timeZone);
    const names = await this.#names(by, [...groups.keys()]);
    return {
      timeZone,
      items: [...groups].map(([key, stats]) => ({ key, name: names.get(key) ?? key, ...stats })),
    };
  }

  /** Every day of the stretch, those without trades too. @throws GridfleetError VALIDATION_FAILED, NOT_FOUND */
  async daily(userId: number, filter: TradeFilter): Promise<DailySeries> {
    const { scope, timeZone } = await this.#scope(userId, filter);
    const last = dayOf(timeZone, scope.to === undefined ? new Date() : new Date(scope.to.getTime() - 1));
    const first = dayOf(timeZone, scope.from ?? new Date(Date.parse(last) - (DEFAULT_DAYS - 1) * DAY_MS));
    const days = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;
    if (days > MAX_DAYS + 1) {
      const field = 'query.from';
      throw new GridfleetError('VALIDATION_FAILED', 'The stretch is too long', [
        { field, code: 'TOO_LONG', message: `${field} must be at most ${MAX_DAYS} days before the end.` },
      ]);
    }
    const whole = { ...scope, from: scope.from ?? dayStart(timeZone, first) };
    const groups = await groupedStats(this.#dataSource.manager, whole, 'day', timeZone);
    const items: DailySeries['items'] = [];
    let total = ZERO;
    for (let i = 0; i < days; i += 1) {
      const day = new Date(Date.parse(first) + i * DAY_MS).toISOString().slice(0, 10);
      const stats = groups.get(day);
      total = total.plus(dec(stats?.netProfit ?? '0'));
      items.push({
        day,
        fills: stats?.fills ?? 0,
        volume: stats?.volume ?? '0',
        fees: stats?.fees ?? '0',
        cycles: stats?.cycles ?? 0,
        gross: stats?.cycleGross ?? '0',
        net: stats?.netProfit ?? '0',
        cumulativeNet: decStr(total),
      });
    }
    return { timeZone, items };
  }

  /** @throws GridfleetError VALIDATION_FAILED, NOT_FOUND */
  async equity(userId: number, { points, ...filter }: EquityQuery): Promise<EquityPoint[]> {
    const { scope } = await this.#scope(userId, filter);
    const to = scope.to ?? new Date();
    const from = scope.from ?? new Date(to.getTime() - DEFAULT_DAYS * DAY_MS);
    const { strategyId } = scope;
    return equitySeries(this.#dataSource.manager, {
      userId,
      ...(strategyId === undefined ? {} : { strategyId }),
      from,
      to,
      points: points ?? DEFAULT_POINTS,
    });
  }

  async #scope(userId: number, { days, ...filter }: StatsQuery): Promise<ResolvedScope> {
    const resolved = await resolveScope(this.#dataSource, userId, filter);
    if (days === undefined) return resolved;
    return { ...resolved, scope: { ...resolved.scope, from: new Date(Date.now() - days * DAY_MS) } };
  }

  async #names(by: StatsGroup, keys: readonly string[]): Promise<Map<string, string>> {
    const ids = keys.map(Number);
    const { manager } = this.#dataSource;
    if (by === 'strategy') {
      const rows = await manager.findBy(StrategyRowEntity, { id: In(ids) });
      return new Map(rows.map((row) => [String(row.id), row.name]));
    }
    if (by === 'account') {
      const rows = await manager.findBy(AccountRowEntity, { id: In(ids) });
      return new Map(rows.map((row) => [String(row.id), row.label]));
    }
    return new Map();
  }
}
