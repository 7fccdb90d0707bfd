import { In, LessThan, type DataSource, type EntityManager } from 'typeorm';
import {
  NotificationDeliveryRowEntity,
  type NotificationDeliveryRow,
} from '../database/entities/notification.js';
import type { PageOf, PageRequest } from './trading.js';

export type NewDelivery = Pick<
  NotificationDeliveryRow,
  'channelId' | 'eventKey' | 'event' | 'severity' | 'payload'
>;

/** Messages of one channel and event that the throttle holds back, and may be summed up now. */
export interface HeldGroup {
  channelId: number;
  event: string;
}

/** Messages to channels: stored before they are sent, so that none is lost with a process. Times are MySQL's. */
export class NotificationDeliveryRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /**
   * Stores a message once for each channel and event key.
   * @param throttleSeconds another message of the event within this time holds it back; 0 never does
   */
  async enqueue(delivery: NewDelivery, throttleSeconds: number): Promise<void> {
    await this.#dataSource.transaction(async (manager) => {
      // Processes take turns: of two messages that come at once, one is held back.
      if (throttleSeconds > 0)
        await manager.query('SELECT id FROM notification_channel WHERE id = ? FOR UPDATE', [
          delivery.channelId,
        ]);
      const isHeld =
        throttleSeconds > 0 &&
        (await hasRecent(manager, delivery.channelId, delivery.event, throttleSeconds));
      await insertOnce(manager, delivery, isHeld ? 'held' : 'pending');
    });
  }

  /** Writes down a message that was sent outside the queue. @param error null when it arrived */
  async record(delivery: NewDelivery, error: string | null): Promise<void> {
    const now = new Date();
    await this.#dataSource.manager.insert(NotificationDeliveryRowEntity, {
      ...delivery,
      state: error === null ? 'sent' : 'dead',
      attempts: 1,
      error: error?.slice(0, 500) ?? null,
      nextAttemptAt: now,
      createdAt: now,
      sentAt: error === null ? now : null,
    });
  }

  /**
   * Takes messages that are due. Each counts as an attempt and comes back after `leaseMs` unless its end is recorded:
   * a process that dies with it loses nothing.
   */
  async claim(
    limit: number,
    leaseMs: number,
    without: readonly number[],
  ): Promise<NotificationDeliveryRow[]> {
    return this.#dataSource.transaction(async (manager) => {
      const others = without.length === 0 ? '' : 'AND channel_id NOT IN (?)';
      const rows: { id: string }[] = await manager.query(
        `SELECT id FROM notification_delivery WHERE state = 'pending' AND next_attempt_at <= UTC_TIMESTAMP(3) ${others}
          ORDER BY next_attempt_at, id LIMIT ? FOR UPDATE SKIP LOCKED`,
        [...(without.length === 0 ? [] : [without]), limit],
      );
      if (rows.length === 0) return [];
      const ids = rows.map(({ id }) => id);
      await manager.query(
        `UPDATE notification_delivery SET attempts = attempts + 1,
           next_attempt_at = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND WHERE id IN (?)`,
        [leaseMs * 1_000, ids],
      );
      return manager.find(NotificationDeliveryRowEntity, { where: { id: In(ids) }, order: { id: 'ASC' } });
    });
  }

  async sent(id: string): Promise<void> {
    await this.#dataSource.query(
      "UPDATE notification_delivery SET state = 'sent', error = NULL, sent_at = UTC_TIMESTAMP(3) WHERE id = ? AND state = 'pending'",
      [id],
    );
  }

  async failed(id: string, error: string, retryInMs: number): Promise<void> {
    await this.#dataSource.query(
      `UPDATE notification_delivery SET error = ?, next_attempt_at = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND
        WHERE id = ? AND state = 'pending'`,
      [error.slice(0, 500), Math.round(retryInMs * 1_000), id],
    );
  }

  async dead(id: string, error: string): Promise<void> {
    await this.#dataSource.query(
      "UPDATE notification_delivery SET state = 'dead', error = ? WHERE id = ? AND state = 'pending'",
      [error.slice(0, 500), id],
    );
  }

  /** Gives messages back that were claimed and not tried. */
  async release(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#dataSource.query(
      `UPDATE notification_delivery SET attempts = attempts - 1, next_attempt_at = UTC_TIMESTAMP(3)
        WHERE id IN (?) AND state = 'pending'`,
      [ids],
    );
  }

  /** Groups that hold messages back although the last one that was told is long enough ago. */
  async heldGroups(): Promise<HeldGroup[]> {
    const rows: { channel_id: number; event: string }[] = await this.#dataSource.query(
      `SELECT DISTINCT h.channel_id, h.event FROM notification_delivery h
         JOIN notification_channel c ON c.id = h.channel_id
        WHERE h.state = 'held' AND NOT EXISTS (
          SELECT 1 FROM notification_delivery d
           WHERE d.channel_id = h.channel_id AND d.event = h.event AND d.state NOT IN ('held', 'summed')
             AND d.created_at > UTC_TIMESTAMP(3) - INTERVAL c.throttle_seconds SECOND)
        LIMIT 100`,
    );
    return rows.map(({ channel_id: channelId, event }) => ({ channelId, event }));
  }

  /**
   * Replaces what a group holds back by one message.
   * @param summarise makes its payload of the rows (oldest first, at most 1,000)
   */
  async sumUp(
    { channelId, event }: HeldGroup,
    summarise: (rows: readonly NotificationDeliveryRow[]) => string,
  ): Promise<boolean> {
    return this.#dataSource.transaction(async (manager) => {
      await manager.query('SELECT id FROM notification_channel WHERE id = ? FOR UPDATE', [channelId]);
      const rows = await manager.find(NotificationDeliveryRowEntity, {
        where: { channelId, event, state: 'held' },
        order: { id: 'ASC' },
        take: 1_000,
      });
      const [first] = rows;
      if (first === undefined) return false;
      await insertOnce(
        manager,
        { channelId, event, severity: first.severity, eventKey: `sum:${first.id}`, payload: summarise(rows) },
        'pending',
      );
      await manager.update(
        NotificationDeliveryRowEntity,
        { id: In(rows.map(({ id }) => id)) },
        { state: 'summed' },
      );
      return true;
    });
  }

  /** Newest first. */
  async list(channelId: number, { limit, cursor }: PageRequest): Promise<PageOf<NotificationDeliveryRow>> {
    const rows = await this.#dataSource.manager.find(NotificationDeliveryRowEntity, {
      where: { channelId, ...(cursor === null ? {} : { id: LessThan(cursor) }) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    const items = rows.slice(0, limit);
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** Removes what was decided long ago. */
  async sweep(before: Date): Promise<void> {
    await this.#dataSource.query(
      "DELETE FROM notification_delivery WHERE created_at < ? AND state IN ('sent', 'dead', 'summed') LIMIT 10000",
      [before],
    );
  }
}

async function hasRecent(
  manager: EntityManager,
  channelId: number,
  event: string,
  seconds: number,
): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    `SELECT 1 FROM notification_delivery WHERE channel_id = ? AND event = ?
        AND (state = 'held' OR (state <> 'summed' AND created_at > UTC_TIMESTAMP(3) - INTERVAL ? SECOND)) LIMIT 1`,
    [channelId, event, seconds],
  );
  return rows.length > 0;
}

async function insertOnce(
  manager: EntityManager,
  row: NewDelivery,
  state: 'pending' | 'held',
): Promise<void> {
  await manager.query(
    `INSERT IGNORE INTO notification_delivery
       (channel_id, event_key, event, severity, payload, state, next_attempt_at, created_at)
       VALUES (?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`,
    [row.channelId, row.eventKey, row.event, row.severity, row.payload, state],
  );
}
