import { dec, decStr, type Reason } from '@gridfleet/shared/domain';
import {
  NO_FIGURES,
  redisKeys,
  runJobId,
  statusToHash,
  type LiveStatus,
  type Logger,
  type StatusHash,
} from '@gridfleet/shared/infra';
import type { PlatformEvent, RunState, StrategyStatus } from '@gridfleet/shared/schema';
import type { HubQuote } from '../hub/market-data-hub.js';
import type { StrategyGauges } from '../metrics/strategy-gauges.js';
import type { LoadedRun } from '../run/load-run.js';
import type { StatusWriter } from './status-writer.js';

/** Shortest time between two status writes of one strategy, ms; of a full node's figures it is longer. */
const WRITE_INTERVAL_MS = 1_000;
/** Every so many writes the whole hash goes out. */
const WHOLE_EVERY = 10;

export interface NodeIdentity {
  name: string;
  ip: string;
  hostname: string;
}

/**
 * The live status of one run in Redis, and as an event: coalesced, only what changed, at most once a second, figures on a
 * full node less often.
 */
export class StatusReporter {
  readonly #writer: StatusWriter;
  readonly #publish: (events: PlatformEvent[]) => void;
  readonly #log: Logger;
  readonly #gauges: StrategyGauges;
  readonly #strategyId: number;
  #status: LiveStatus;
  #written: Partial<StatusHash> = {};
  #lastWrite = 0;
  #timer: NodeJS.Timeout | null = null;
  /** When the timer is over, monotonic ms. */
  #due = Infinity;
  #ended = false;
  #source: () => Partial<LiveStatus> = () => ({});
  #writes = 0;
  #onOpened: () => void = () => undefined;

  constructor(
    writer: StatusWriter,
    node: NodeIdentity,
    strategyId: number,
    runId: number,
    publish: (events: PlatformEvent[]) => void,
    log: Logger,
    gauges: StrategyGauges,
  ) {
    this.#gauges = gauges;
    this.#writer = writer;
    this.#strategyId = strategyId;
    this.#publish = publish;
    this.#log = log;
    this.#status = {
      ...NO_FIGURES,
      runId,
      jobId: runJobId(runId),
      fence: null,
      workerName: node.name,
      workerIp: node.ip,
      workerHostname: node.hostname,
      state: 'claiming',
      reason: null,
      startedAt: null,
      updatedAt: null,
      currentPrice: null,
      coverage: null,
      lastError: null,
      paramsRevision: 0,
    };
  }

  begin(loaded: LoadedRun): void {
    this.#change({
      fence: loaded.fence,
      startedAt: (loaded.run.startedAt ?? new Date()).toISOString(),
      paramsRevision: loaded.strategy.revision,
      fills: loaded.fillCount,
    });
  }

  /** Calls back once the run is past its recovery, or waits for something outside this node. */
  onOpened(callback: () => void): void {
    this.#onOpened = callback;
  }

  report(state: RunState, reason: Reason | null, more: Partial<LiveStatus> = {}): void {
    if (state !== 'recovering' && state !== 'claiming') this.#onOpened();
    this.#change({ ...more, state, reason });
  }

  /** How many slots should have an order now, and how many have. */
  orders(now: { due: number; resting: number }): void {
    if (!this.#ended) this.#gauges.orders(now);
  }

  error(reason: Reason): void {
    this.#change({ lastError: reason });
  }

  price(quote: HubQuote): void {
    this.#status.currentPrice = decStr(dec(quote.bid).plus(dec(quote.ask)).div(2));
  }

  /** Where the figures come from; asked only when they are written. */
  follow(source: () => Partial<LiveStatus>): void {
    this.#source = source;
  }

  /** Something changed that the figures show; a full node shows it `paceMs` after the last time. */
  touch(paceMs: number): void {
    this.#change({}, Math.max(WRITE_INTERVAL_MS, paceMs));
  }

  /** Writes the last word at once. */
  async end(state: RunState, reason: Reason): Promise<void> {
    this.drop();
    const source = this.#source;
    this.#source = () => ({ ...source(), state, reason });
    await this.#write();
  }

  /** Stops writing: another node reports from now on. */
  drop(): void {
    this.#ended = true;
    this.#gauges.forget();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #change(change: Partial<LiveStatus>, intervalMs = WRITE_INTERVAL_MS): void {
    Object.assign(this.#status, change);
    const due = this.#lastWrite + intervalMs;
    if (this.#ended || due >= this.#due) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#due = Infinity;
        this.#write().catch((error: unknown) =>
          this.#log.warn({ err: error }, 'the live status could not be written'),
        );
      },
      Math.max(0, due - performance.now()),
    );
  }

  async #write(): Promise<void> {
    this.#lastWrite = performance.now();
    Object.assign(this.#status, this.#source(), { updatedAt: new Date().toISOString() });
    // A whole hash now and then: Redis may have been emptied.
    if (this.#writes % WHOLE_EVERY === 0) this.#written = {};
    this.#writes += 1;
    if (!this.#ended) this.#gauges.status(this.#status);
    const hash = statusToHash(this.#status);
    const changed = Object.entries(hash).filter(
      ([field, value]) => this.#written[field as keyof StatusHash] !== value,
    );
    this.#written = hash;
    this.#publish([{ type: 'status', strategyId: this.#strategyId, data: this.#dto() }]);
    try {
      await this.#writer.write(redisKeys.running(this.#strategyId), Object.fromEntries(changed));
    } catch (error) {
      // Nobody knows which fields arrived: the next write sends all of them.
      this.#written = {};
      throw error;
    }
  }

  #dto(): StrategyStatus {
    const { paramsRevision: _revision, ...status } = this.#status;
    const isRunning = status.state !== 'stopped' && status.state !== 'failed';
    return {
      ...status,
      strategyId: this.#strategyId,
      isRunning,
      desiredState: isRunning && status.state !== 'stopping' ? 'running' : 'stopped',
    };
  }
}
