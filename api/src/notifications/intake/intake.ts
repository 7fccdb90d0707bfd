import type { DataSource } from 'typeorm';
import {
  NotificationChannelRepository,
  NotificationDeliveryRepository,
  type NotificationChannelRow,
} from '@gridfleet/shared/infra';
import { NOTIFICATION_EVENTS, type Severity } from '@gridfleet/shared/schema';
import { eventsOf } from '../channel-dto.js';
import { AudienceFinder } from './audience.js';
import type { Told } from './classify.js';

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

/** Lives of an order by hand are no news; what goes wrong with it is. */
const NOT_OF_SYSTEM: ReadonlySet<string> = new Set(['strategy-started', 'strategy-stopped']);

/** Whether a channel wants an event. The daily report has its switch alone. */
export function wants(row: NotificationChannelRow, event: Told['event'], severity: Severity): boolean {
  const switches = eventsOf(row);
  if (switches !== null && !switches.includes(event)) return false;
  return event === 'daily-report' || RANK[severity] >= RANK[row.minSeverity];
}

/** Stores what is to be told, once for each channel that wants it. */
export class Intake {
  readonly #channels: NotificationChannelRepository;
  readonly #deliveries: NotificationDeliveryRepository;
  readonly #audience: AudienceFinder;
  readonly #onStored: () => void;

  /** @param onStored something may be due now */
  constructor(dataSource: DataSource, onStored: () => void) {
    this.#channels = new NotificationChannelRepository(dataSource.manager);
    this.#deliveries = new NotificationDeliveryRepository(dataSource);
    this.#audience = new AudienceFinder(dataSource);
    this.#onStored = onStored;
  }

  /** @param told with a key that is the same when the same event comes again */
  async take(told: readonly { key: string; told: Told }[]): Promise<void> {
    if (told.length === 0) return;
    const channels = await this.#channels.active();
    if (channels.length === 0) return;
    for (const { key, told: one } of told) await this.#store(channels, key, one);
    this.#onStored();
  }

  async #store(channels: readonly NotificationChannelRow[], key: string, told: Told): Promise<void> {
    const severity = NOTIFICATION_EVENTS[told.event];
    const at = Date.parse(told.payload.time);
    // Nobody is told of what was before they asked to be.
    const wanting = channels.filter(
      (row) => wants(row, told.event, severity) && row.createdAt.getTime() <= at,
    );
    if (wanting.length === 0) return;
    const audience = await this.#audience.of(told.concerned);
    if (audience === null) return;
    const { userId, subject } = audience;
    if (
      subject !== null &&
      subject.strategyId !== null &&
      subject.strategy === null &&
      NOT_OF_SYSTEM.has(told.event)
    )
      return;
    const payload = JSON.stringify({ ...told.payload, subject });
    for (const row of wanting) {
      if (userId !== null && row.userId !== userId) continue;
      const delivery = { channelId: row.id, eventKey: key, event: told.event, severity, payload };
      await this.#deliveries.enqueue(delivery, severity === 'critical' ? 0 : row.throttleSeconds);
    }
  }
}
