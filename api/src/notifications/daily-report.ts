import type { DataSource } from 'typeorm';
import {
  dayOf,
  dayStart,
  NotificationChannelRepository,
  NotificationDeliveryRepository,
  readSettings,
  tradeStats,
  type NotificationChannelRow,
} from '@gridfleet/shared/infra';
import { wants } from './intake/intake.js';
import { emptyPayload, type ReportPayload } from './payload.js';

const HOUR_MS = 3_600_000;

/**
 * The day whose report is due by a user's clocks, null when none is: from the channel's hour on it is yesterday's, and
 * a channel that was set up later than that waits for the next.
 */
export function dueDay(timeZone: string, reportHour: number, createdAt: Date, now: Date): string | null {
  const today = dayOf(timeZone, now);
  const start = dayStart(timeZone, today);
  const due = start.getTime() + reportHour * HOUR_MS;
  if (now.getTime() < due || createdAt.getTime() > due) return null;
  return dayOf(timeZone, new Date(start.getTime() - 1));
}

/** Profit, trades, running strategies and alerts of a user's day. */
async function reportOf(
  dataSource: DataSource,
  row: NotificationChannelRow,
  timeZone: string,
  day: string,
  end: Date,
): Promise<ReportPayload> {
  const from = dayStart(timeZone, day);
  const { netProfit, fees, volume, fills, cycles } = await tradeStats(dataSource.manager, {
    userId: row.userId,
    from,
    to: end,
  });
  const [strategies]: { n: string }[] = await dataSource.query(
    `SELECT COUNT(*) AS n FROM strategy
      WHERE user_id = ? AND desired_state = 'running' AND is_system = 0 AND deleted_at IS NULL`,
    [row.userId],
  );
  const [alerts]: { n: string }[] = await dataSource.query(
    `SELECT COUNT(*) AS n FROM notification_delivery
      WHERE channel_id = ? AND severity <> 'info' AND created_at >= ? AND created_at < ?`,
    [row.id, from, end],
  );
  return {
    day,
    netProfit,
    fees,
    volume,
    fills,
    cycles,
    running: Number(strategies?.n ?? 0),
    alerts: Number(alerts?.n ?? 0),
  };
}

/** Stores the daily reports that are due, each once: the day is its key. */
export class DailyReports {
  readonly #dataSource: DataSource;
  /** The last day stored for each channel, so that a day is not computed again and again. */
  readonly #done = new Map<number, string>();

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  async tick(now: Date): Promise<void> {
    const { manager } = this.#dataSource;
    const deliveries = new NotificationDeliveryRepository(this.#dataSource);
    for (const row of await new NotificationChannelRepository(manager).active()) {
      if (!wants(row, 'daily-report', 'info')) continue;
      const { timeZone } = await readSettings(manager, row.userId);
      const day = dueDay(timeZone, row.reportHour, row.createdAt, now);
      if (day === null || this.#done.get(row.id) === day) continue;
      const end = dayStart(timeZone, dayOf(timeZone, now));
      const report = await reportOf(this.#dataSource, row, timeZone, day, end);
      const payload = { ...emptyPayload('daily-report', now.toISOString()), report };
      await deliveries.enqueue(
        {
          channelId: row.id,
          eventKey: `daily:${day}`,
          event: 'daily-report',
          severity: 'info',
          payload: JSON.stringify(payload),
        },
        0,
      );
      this.#done.set(row.id, day);
    }
  }
}
