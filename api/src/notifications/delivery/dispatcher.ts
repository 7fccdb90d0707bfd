import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import {
  NotificationChannelRepository,
  NotificationDeliveryRepository,
  type Logger,
  type NotificationDeliveryRow,
} from '@gridfleet/shared/infra';
import type { ChannelSender } from '../channel-sender.js';
import type { Payload } from '../payload.js';
import { isLastAttempt, retryWait } from './retry.js';

/** A message that takes longer is sent again by another process. */
const STOP_MS = 3_000;
const BATCH = 20;
/** Channels that are written to at once. */
const MOST_CHANNELS = 8;

export interface DispatcherOptions {
  dataSource: DataSource;
  sender: ChannelSender;
  logger: Logger;
  /** How long a claimed message stays with this process, ms: several deadlines of a request. */
  leaseMs: number;
  /** Multiplies the waits between attempts. */
  timeScale: number;
  random: () => number;
}

/** Sends what is due: each channel's messages in order, several channels at once. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #deliveries: NotificationDeliveryRepository;
  readonly #channels: NotificationChannelRepository;
  readonly #busy = new Map<number, Promise<void>>();
  #stopping = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#deliveries = new NotificationDeliveryRepository(options.dataSource);
    this.#channels = new NotificationChannelRepository(options.dataSource.manager);
  }

  /** Takes what is due and begins to send it. @returns how many messages were taken */
  async tick(): Promise<number> {
    if (this.#stopping || this.#busy.size >= MOST_CHANNELS) return 0;
    const { leaseMs } = this.#options;
    const until = performance.now() + leaseMs / 2;
    const rows = await this.#deliveries.claim(BATCH, leaseMs, [...this.#busy.keys()]);
    for (const channelId of new Set(rows.map((row) => row.channelId))) {
      const group = rows.filter((row) => row.channelId === channelId);
      const work = this.#send(channelId, group, until).finally(() => this.#busy.delete(channelId));
      this.#busy.set(channelId, work);
    }
    return rows.length;
  }

  /** Gives back what was not begun, and lets what is being sent arrive, for a moment. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const sending = Promise.all(this.#busy.values());
    await Promise.race([sending, delay(STOP_MS, undefined, { ref: false })]);
  }

  async #send(channelId: number, rows: readonly NotificationDeliveryRow[], until: number): Promise<void> {
    const { logger } = this.#options;
    const left = [...rows];
    try {
      for (;;) {
        const [row] = left;
        if (row === undefined) return;
        if (this.#stopping || performance.now() >= until) break;
        await this.#attempt(row);
        left.shift();
      }
      await this.#deliveries.release(left.map(({ id }) => id));
    } catch (err) {
      // MySQL is away: what was claimed comes back when its lease is over.
      logger.warn({ err, channelId }, 'notifications: an outcome was not recorded; sent again later');
    }
  }

  async #attempt(row: NotificationDeliveryRow): Promise<void> {
    const { sender, logger, timeScale, random } = this.#options;
    const { id, channelId, event, severity, attempts } = row;
    const channel = await this.#channels.byId(channelId);
    if (channel === null) return; // removed with its deliveries
    if (!channel.isActive) return this.#deliveries.dead(id, 'The channel is switched off.');
    const result = await sender.send(channel, JSON.parse(row.payload) as Payload, id);
    if (result.ok) return this.#deliveries.sent(id);
    const { reason, permanent, retryAfterMs } = result;
    const about = { channelId, deliveryId: id, event, attempts, reason };
    if (permanent || isLastAttempt(severity, attempts)) {
      logger.error(about, 'a notification was given up');
      return this.#deliveries.dead(id, reason);
    }
    logger.warn(about, 'a notification could not be delivered; tried again');
    return this.#deliveries.failed(id, reason, retryWait(attempts, random(), retryAfterMs) * timeScale);
  }
}
