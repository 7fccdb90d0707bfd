import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { DataSource } from 'typeorm';
import { NotificationDeliveryRepository, type Logger, type Redis } from '@gridfleet/shared/infra';
import type { ChannelSender } from './channel-sender.js';
import { DailyReports } from './daily-report.js';
import { Dispatcher } from './delivery/dispatcher.js';
import { sumUpHeld } from './delivery/summaries.js';
import { Intake } from './intake/intake.js';
import { takeOutbox } from './intake/outbox-intake.js';
import { StreamIntake } from './intake/stream-intake.js';
import { Ticker } from './ticker.js';

const OUTBOX_MS = 500;
const SEND_MS = 500;
const SUM_UP_MS = 1_000;
const REPORT_MS = 30_000;
const SWEEP_MS = 3_600_000;
/** Deliveries are kept so long. */
const KEPT_MS = 30 * 24 * 3_600_000;
/** Twice the longest time one channel is written to in one go; see the dispatcher. */
const LEASE_MS = 60_000;
const ABANDONED_MS = 30_000;

export interface NotifierDeps {
  dataSource: DataSource;
  connectBlocking: () => Redis;
  sender: ChannelSender;
  logger: Logger;
  timeScale: number;
}

/**
 * Tells people what happens. Any number of API processes may run one: they share the stream, the outbox and the
 * messages to be sent, and what one leaves behind when it dies the others take over.
 */
export class Notifier {
  readonly #stream: StreamIntake;
  readonly #dispatcher: Dispatcher;
  readonly #tickers: Ticker[];

  constructor({ dataSource, connectBlocking, sender, logger, timeScale }: NotifierDeps) {
    const leaseMs = LEASE_MS * timeScale;
    this.#dispatcher = new Dispatcher({
      dataSource,
      sender,
      logger,
      leaseMs,
      timeScale,
      random: Math.random,
    });
    const sending = new Ticker('sending', SEND_MS * timeScale, () => this.#sendAll(), logger);
    const intake = new Intake(dataSource, () => sending.poke());
    this.#stream = new StreamIntake({
      connect: connectBlocking,
      consumer: `${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`,
      intake,
      logger,
      abandonedMs: ABANDONED_MS * timeScale,
    });
    const reports = new DailyReports(dataSource);
    const deliveries = new NotificationDeliveryRepository(dataSource);
    this.#tickers = [
      sending,
      new Ticker(
        'the outbox',
        OUTBOX_MS * timeScale,
        async () => {
          while ((await takeOutbox(dataSource, intake)) > 0);
        },
        logger,
      ),
      new Ticker('summing up', SUM_UP_MS * timeScale, () => sumUpHeld(dataSource), logger),
      new Ticker('daily reports', REPORT_MS * timeScale, () => reports.tick(new Date()), logger),
      new Ticker('the sweep', SWEEP_MS, () => deliveries.sweep(new Date(Date.now() - KEPT_MS)), logger),
    ];
  }

  start(): void {
    this.#stream.start();
    for (const ticker of this.#tickers) ticker.start();
  }

  /** Lets what is being sent arrive. */
  async stop(): Promise<void> {
    await Promise.all([this.#stream.stop(), ...this.#tickers.map((ticker) => ticker.stop())]);
    await this.#dispatcher.stop();
  }

  async #sendAll(): Promise<void> {
    while ((await this.#dispatcher.tick()) > 0);
  }
}
