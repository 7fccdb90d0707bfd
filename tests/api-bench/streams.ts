import { Agent, get } from 'node:http';
import type { Redis } from 'ioredis';
import { publishEvents } from '@gridfleet/shared/infra';
import { percentile, pause } from './clients.js';

export interface StreamFigures {
  clients: number;
  deltas: number;
  /** From the first request to the last snapshot, ms. */
  connectMs: number;
  p50: number;
  p99: number;
  max: number;
  /** Deltas that did not come. */
  missing: number;
}

const CONNECT_AT_ONCE = 20;
const CONNECT_DEADLINE_MS = 60_000;
const CODE = /"code":"BENCH_(\d+)"/g;

interface Stream {
  ready: Promise<void>;
  close: () => void;
}

/** @param heard called with the number of each delta as it comes */
function open(url: string, agent: Agent, heard: (delta: number) => void): Stream {
  let close = (): void => undefined;
  const ready = new Promise<void>((resolve, reject) => {
    const request = get(url, { agent }, (answer) => {
      answer.setEncoding('utf8');
      let tail = '';
      answer.on('data', (text: string) => {
        if (text.includes('event: snapshot')) resolve();
        const seen = tail + text;
        for (const [, delta] of seen.matchAll(CODE)) heard(Number(delta));
        // A message cut in two: what may be the beginning of a number is kept, what was counted is not.
        tail = /"code":"BENCH_\d*$/.exec(seen)?.[0] ?? '';
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

/** Clients of the event stream, and how long a delta takes from Redis to each of them. */
export async function measureStreams(
  url: string,
  redis: Redis,
  clients: number,
  deltas: number,
): Promise<StreamFigures> {
  const agent = new Agent({ maxSockets: Infinity });
  const sent = new Map<number, number>();
  const samples: number[] = [];
  const heard = (delta: number): void => {
    const at = sent.get(delta);
    if (at !== undefined) samples.push(performance.now() - at);
  };
  const begin = performance.now();
  const streams: Stream[] = [];
  while (streams.length < clients) {
    const some = Array.from({ length: Math.min(CONNECT_AT_ONCE, clients - streams.length) }, () =>
      open(`${url}/api/events`, agent, heard),
    );
    streams.push(...some);
    await begun(some);
  }
  const connectMs = Math.round(performance.now() - begin);
  for (let delta = 1; delta <= deltas; delta += 1) {
    sent.set(delta, performance.now());
    const data = { code: `BENCH_${delta}`, message: 'Measured.' };
    await publishEvents(redis, [{ type: 'alert', strategyId: 1, data }]);
    await pause(50);
  }
  await pause(1_000);
  for (const { close } of streams) close();
  agent.destroy();
  return {
    clients,
    deltas,
    connectMs,
    p50: percentile(samples, 0.5),
    p99: percentile(samples, 0.99),
    max: percentile(samples, 1),
    missing: clients * deltas - samples.length,
  };
}
