import { Agent, get, type IncomingMessage } from 'node:http';

const DEADLINE_MS = 30_000;

/** Milliseconds, to a tenth. */
export interface Latency {
  requests: number;
  perSecond: number;
  p50: number;
  p99: number;
  max: number;
  bytes: number;
}

export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const found = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return Math.round(found * 10) / 10;
}

/** One request, its answer read to the end and thrown away. @returns bytes of the answer */
export function ask(url: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, timeout: DEADLINE_MS }, (answer: IncomingMessage) => {
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => (bytes += chunk.length));
      answer.on('error', reject);
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve(bytes);
        else reject(new Error(`${url} answered ${answer.statusCode ?? 0}`));
      });
    });
    request.on('timeout', () => request.destroy(new Error(`${url} did not answer`)));
    request.on('error', reject);
  });
}

/**
 * Clients that each ask again `pauseMs` after their answer, 0 for at once, for a stretch of time. The first tenth is not
 * counted.
 */
export async function load(url: string, clients: number, ms: number, pauseMs: number): Promise<Latency> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const begin = performance.now();
  const samples: number[] = [];
  let bytes = 0;
  const client = async (index: number): Promise<void> => {
    await pause((pauseMs * index) / clients);
    while (performance.now() - begin < ms) {
      const sent = performance.now();
      bytes = await ask(url, agent);
      if (sent - begin > ms / 10) samples.push(performance.now() - sent);
      await pause(pauseMs);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
  agent.destroy();
  return {
    requests: samples.length,
    perSecond: Math.round(samples.length / ((ms * 0.9) / 1_000)),
    p50: percentile(samples, 0.5),
    p99: percentile(samples, 0.99),
    max: percentile(samples, 1),
    bytes,
  };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => (ms > 0 ? setTimeout(resolve, ms) : setImmediate(resolve)));
}
