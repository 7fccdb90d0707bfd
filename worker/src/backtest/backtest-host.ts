import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { FlowProducer, Worker, type Job } from 'bullmq';
import { Value } from 'typebox/value';
import type { DataSource } from 'typeorm';
import {
  backtestJob,
  BacktestRepository,
  CandleFileRepository,
  queues,
  type Logger,
  type Redis,
} from '@gridfleet/shared/infra';
import { BacktestCreate } from '@gridfleet/shared/schema';
import { runShard, ShardError } from './shard-runner.js';
import { summaryOf } from './summary.js';

export interface BacktestHostDeps {
  database: DataSource;
  connection: Redis;
  /** Name of this node. */
  node: string;
  log: Logger;
  /** Entry of the computing thread; the built one by default. */
  threadEntry?: URL;
}

/** How often a running shard writes its progress and looks whether it is still wanted. */
const CHECK_MS = 1_000;
/** A shard of a node that died is another's after about 15 s; how often it may happen to one shard. */
const STALLED = { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 10 } as const;
/** How often somebody looks for backtests that no queue knows any more. */
const SEARCH_MS = 15_000;

const [compress, uncompress] = [promisify(gzip), promisify(gunzip)];

/** Computes backtests on this node: shards in threads, then the summary of the whole. */
export class BacktestHost {
  readonly #deps: BacktestHostDeps;
  readonly #backtests: BacktestRepository;
  readonly #flows: FlowProducer;
  readonly #stopping = new AbortController();
  #workers: Worker[] = [];
  #search: NodeJS.Timeout | null = null;

  constructor(deps: BacktestHostDeps) {
    this.#deps = deps;
    this.#backtests = new BacktestRepository(deps.database.manager);
    this.#flows = new FlowProducer({ connection: deps.connection });
  }

  async start(): Promise<void> {
    const { connection, log } = this.#deps;
    const concurrency = Math.max(1, availableParallelism() - 1);
    this.#workers = [
      new Worker<{ backtestId: number; shard: number }>(queues.backtestShards, (job) => this.#shard(job), {
        connection,
        concurrency,
        ...STALLED,
      }),
      new Worker<{ backtestId: number }>(queues.backtests, (job) => this.#collect(job), {
        connection,
        ...STALLED,
      }),
    ];
    const report = (error: Error): void => log.warn({ err: error }, 'backtests');
    for (const worker of this.#workers) worker.on('error', report);
    this.#flows.on('error', report);
    await Promise.all(this.#workers.map((worker) => worker.waitUntilReady()));
    const search = (): void => {
      this.#requeue().catch((error: unknown) => log.warn({ err: error }, 'search for forgotten backtests'));
    };
    search();
    this.#search = setInterval(search, SEARCH_MS);
  }

  /** Shards under way are given up at once; another node, or this one later, does them again. */
  async stop(): Promise<void> {
    if (this.#search !== null) clearInterval(this.#search);
    this.#stopping.abort();
    await Promise.all(this.#workers.map((worker) => worker.close()));
    await this.#flows.close();
  }

  /** Adding a job that exists does nothing; what Redis has lost comes back. */
  async #requeue(): Promise<void> {
    for (const { id } of await this.#backtests.unfinished())
      await this.#flows.add(backtestJob(id, await this.#backtests.openShards(id)));
  }

  async #shard(job: Job<{ backtestId: number; shard: number }>): Promise<void> {
    const { backtestId, shard } = job.data;
    const row = await this.#backtests.byId(backtestId);
    const part = await this.#backtests.shard(backtestId, shard);
    if (row === null || part === null || part.result !== null) return;
    if (!(await this.#backtests.started(backtestId, this.#deps.node, new Date()))) return;
    const request = Value.Parse(BacktestCreate, JSON.parse(row.request));
    const files = new CandleFileRepository(this.#deps.database.manager);
    const candles = await uncompress(await files.data(row.candleFileId));
    const work = { request, candles, firstRun: part.firstRun, runs: part.runs };
    try {
      const results = await this.#compute(backtestId, shard, work);
      await this.#backtests.shardDone(backtestId, shard, await compress(results));
    } catch (error) {
      if (this.#stopping.signal.aborted) throw error;
      if (error instanceof ShardError && error.code === 'BACKTEST_CANCELED') return;
      const code = error instanceof ShardError ? error.code : 'BACKTEST_FAILED';
      const message = error instanceof Error ? error.message : String(error);
      this.#deps.log.warn({ err: error, backtestId, shard }, 'a backtest failed');
      await this.#backtests.ended(backtestId, 'failed', { code, message }, new Date());
    }
  }

  async #compute(
    backtestId: number,
    shard: number,
    work: Parameters<typeof runShard>[0]['work'],
  ): Promise<string> {
    const canceled = new AbortController();
    let runsDone = 0;
    const check = async (): Promise<void> => {
      await this.#backtests.progress(backtestId, shard, runsDone);
      const row = await this.#backtests.byId(backtestId);
      if (row?.state !== 'running') canceled.abort();
    };
    const timer = setInterval(() => {
      check().catch((error: unknown) => this.#deps.log.warn({ err: error, backtestId }, 'backtest progress'));
    }, CHECK_MS);
    try {
      const signal = AbortSignal.any([canceled.signal, this.#stopping.signal]);
      const onProgress = (done: number): void => {
        runsDone = done;
      };
      return await runShard({ work, signal, onProgress }, this.#deps.threadEntry);
    } finally {
      clearInterval(timer);
    }
  }

  /** Comes after the last shard, whether they all succeeded or not. */
  async #collect(job: Job<{ backtestId: number }>): Promise<void> {
    const { backtestId } = job.data;
    if ((await this.#backtests.openShards(backtestId)).length > 0) return;
    const parts = await this.#backtests.results(backtestId);
    const texts = await Promise.all(parts.map((part) => uncompress(part)));
    const runs = texts.flatMap((text) => JSON.parse(text.toString('utf8')) as unknown[]);
    await this.#backtests.done(backtestId, summaryOf(runs), new Date());
  }
}
