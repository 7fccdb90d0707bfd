import { Agent, get } from 'node:http';
import type { Redis } from 'ioredis';
import { publishEvents } from '@gridfleet/shared/infra';
import type { PlatformEvent } from '@gridfleet/shared/schema';
import { usageOf } from '../fleet-bench/process-meter.js';
import { percentile, pause } from './clients.js';
import { liveStatus } from './data/reports.js';

export interface StreamFigures {
  clients: number;
  /** Changes of status that each client got, in a second. */
  changesPerSecond: number;
  /** From the first request to the last snapshot, ms. */
  connectMs: number;
  /** From the moment a change goes to Redis to a client that has it, ms. */
  p50: number;
  p99: number;
  max: number;
  /** Marks that did not come. */
  missing: number;
  /** Share of one core that the API process used, per cent. */
  apiCpu: number;
  /** Memory of the API process at the end, MiB. */
  apiMiB: number;
  /** Sent to all clients, MB in a second. */
  megabytesPerSecond: number;
}

const CONNECT_AT_ONCE = 20;
const CONNECT_DEADLINE_MS = 60_000;
/** Nodes send what their runs report at this pace. */
const TICK_MS = 50;
const TICKS_PER_S = 1_000 / TICK_MS;
const MARK = Buffer.from('"code":"BENCH_');
const MARK_LENGTH = MARK.length + 6;

interface Stream {
  ready: Promise<void>;
  close: () => void;
}

interface Heard {
  /** The number of a mark, as it comes. */
  mark: (mark: number) => void;
  bytes: (count: number) => void;
}

function open(url: string, agent: Agent, heard: Heard): Stream {
  let close = (): void => undefined;
  const ready = new Promise<void>((resolve, reject) => {
    const request = get(url, { agent }, (answer) => {
      let tail: Buffer = Buffer.alloc(0);
      answer.on('data', (chunk: Buffer) => {
        resolve();
        heard.bytes(chunk.length);
        // A mark cut in two: a piece shorter than one is kept.
        const seen = tail.length === 0 ? chunk : Buffer.concat([tail, chunk]);
        let at = seen.indexOf(MARK);
        while (at >= 0 && at + MARK_LENGTH <= seen.length) {
          heard.mark(Number(seen.subarray(at + MARK.length, at + MARK_LENGTH).toString()));
          at = seen.indexOf(MARK, at + MARK_LENGTH);
        }
        tail = at >= 0 ? seen.subarray(at) : seen.subarray(Math.max(0, seen.length - MARK.length + 1));
      });
      answer.on('error', () => undefined);
    });
    close = () => request.destroy();
    request.on('error', reject);
  });
  return { ready, close: () => close() };
}

async function begun(streams: readonly Stream[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the event stream did not begin')), CONNECT_DEADLINE_MS);
  });
  await Promise.race([Promise.all(streams.map(({ ready }) => ready)), late]).finally(() =>
    clearTimeout(timer),
  );
}

function change(index: number): PlatformEvent {
  const { paramsRevision: _revision, ...status } = liveStatus(index);
  const strategyId = index + 1;
  return {
    type: 'status',
    strategyId,
    data: { ...status, strategyId, isRunning: true, desiredState: 'running' },
  };
}

/** Has every running strategy change once a second, as nodes report it, with a mark in each batch. */
async function speak(
  redis: Redis,
  running: number,
  seconds: number,
  sent: Map<number, number>,
): Promise<void> {
  const each = Math.ceil(running / TICKS_PER_S);
  const begin = performance.now();
  for (let tick = 0; tick < seconds * TICKS_PER_S; tick += 1) {
    const changes = Array.from({ length: each }, (_, i) => change((tick * each + i) % running));
    const code = `BENCH_${String(tick).padStart(6, '0')}`;
    sent.set(tick, performance.now());
    await publishEvents(redis, [
      ...changes,
      { type: 'alert', strategyId: 1, data: { code, message: 'Measured.' } },
    ]);
    await pause(begin + (tick + 1) * TICK_MS - performance.now());
  }
}

/** Clients of the event stream while `running` strategies change once a second each. */
export async function measureStreams(
  api: { url: string; pid: number },
  redis: Redis,
  { clients, running, seconds }: { clients: number; running: number; seconds: number },
): Promise<StreamFigures> {
  const agent = new Agent({ maxSockets: Infinity });
  const sent = new Map<number, number>();
  const samples: number[] = [];
  let bytes = 0;
  const heard: Heard = {
    mark: (mark) => {
      const at = sent.get(mark);
      if (at !== undefined) samples.push(performance.now() - at);
    },
    bytes: (count) => (bytes += count),
  };
  const begin = performance.now();
  const streams: Stream[] = [];
  while (streams.length < clients) {
    const some = Array.from({ length: Math.min(CONNECT_AT_ONCE, clients - streams.length) }, () =>
      open(`${api.url}/api/events`, agent, heard),
    );
    streams.push(...some);
    await begun(some);
  }
  const connectMs = Math.round(performance.now() - begin);
  // What is left of the snapshots.
  await pause(1_000);
  bytes = 0;
  const [usedBefore, from] = [usageOf(api.pid).cpuS, performance.now()];
  await speak(redis, running, seconds, sent);
  const tookS = (performance.now() - from) / 1_000;
  const { cpuS, rssBytes } = usageOf(api.pid);
  const sentBytes = bytes;
  await pause(1_000);
  for (const { close } of streams) close();
  agent.destroy();
  return {
    clients,
    changesPerSecond: Math.round((sent.size * Math.ceil(running / TICKS_PER_S)) / tookS),
    connectMs,
    p50: percentile(samples, 0.5),
    p99: percentile(samples, 0.99),
    max: percentile(samples, 1),
    missing: clients * sent.size - samples.length,
    apiCpu: Math.round(((cpuS - usedBefore) / tookS) * 100),
    apiMiB: Math.round(rssBytes / 2 ** 20),
    megabytesPerSecond: Math.round(sentBytes / tookS / 1e6),
  };
}
