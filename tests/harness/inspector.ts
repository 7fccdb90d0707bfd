import { WebSocket } from 'ws';
import type { GridfleetProcess } from './processes.js';
import { waitUntil } from './wait.js';

const OPEN_MS = 5_000;

/** What a worker is started with so that it can be inspected; its young generation is as large as in a deployment. */
export const INSPECTED = { NODE_OPTIONS: '--inspect=127.0.0.1:0 --max-semi-space-size=64' };

interface Answer {
  id?: number;
  result?: unknown;
  error?: { message: string };
}

/** A connection to the inspector of a process that was started with `INSPECTED`. */
export class Inspector {
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #last = 0;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      const answer = JSON.parse(data.toString('utf8')) as Answer;
      this.#waiting.get(answer.id ?? 0)?.(answer);
    });
    // It dies with its process.
    socket.on('error', () => undefined);
  }

  static async open(process: GridfleetProcess): Promise<Inspector> {
    const url = await waitUntil(() => /ws:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]+/.exec(process.output())?.[0], {
      timeoutMs: OPEN_MS,
      what: 'the address of the inspector',
    });
    const socket = new WebSocket(url);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return new Inspector(socket);
  }

  /** @throws what the inspector says is wrong */
  call(method: string, params: object = {}): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) =>
        error === undefined ? resolve(result) : reject(new Error(error.message)),
      );
      this.socket.once('close', () => reject(new Error('the process has ended')));
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }

  close(): void {
    this.socket.close();
  }
}

/** Blocks a process's event loop: it computes and does nothing else, as a runaway calculation would. */
export async function blockLoop(process: GridfleetProcess, ms: number): Promise<void> {
  const inspector = await Inspector.open(process);
  const expression = `{ const end = Date.now() + ${Math.round(ms)}; while (Date.now() < end); }`;
  // A process that is killed meanwhile is blocked no more.
  await inspector.call('Runtime.evaluate', { expression }).catch(() => undefined);
  inspector.close();
}

/** Records where a process spends its time. @returns how to end it; the answer is the text of a `.cpuprofile` */
export async function startProfile(process: GridfleetProcess): Promise<() => Promise<string>> {
  const inspector = await Inspector.open(process);
  await inspector.call('Profiler.enable');
  await inspector.call('Profiler.start');
  return async () => {
    const { profile } = (await inspector.call('Profiler.stop')) as { profile: unknown };
    inspector.close();
    return JSON.stringify(profile);
  };
}

/** Evaluates an expression in a process. */
async function evaluate(inspector: Inspector, expression: string): Promise<unknown> {
  const { result } = (await inspector.call('Runtime.evaluate', { expression, returnByValue: true })) as {
    result: { value?: unknown };
  };
  return result.value;
}

/** How long a process's event loop was late for its timers, ms, and the memory it has, bytes. */
export interface LoopAndMemory {
  lagMs: { p50: number; p99: number; max: number };
  memory: Record<'rss' | 'heapTotal' | 'heapUsed' | 'external' | 'arrayBuffers', number>;
}

/** Resolution of the delay monitor, ms: it counts its own interval. */
const RESOLUTION_MS = 10;

/** Watches the event loop of a process. @returns how to end it; the answer covers the time in between */
export async function watchLoop(process: GridfleetProcess): Promise<() => Promise<LoopAndMemory>> {
  const inspector = await Inspector.open(process);
  await evaluate(
    inspector,
    `globalThis.watchedLoop = process.getBuiltinModule('node:perf_hooks')
       .monitorEventLoopDelay({ resolution: ${RESOLUTION_MS} });
     watchedLoop.enable();`,
  );
  return async () => {
    const late = (nanoseconds: string): string => `Math.max(0, ${nanoseconds} / 1e6 - ${RESOLUTION_MS})`;
    const seen = await evaluate(
      inspector,
      `watchedLoop.disable();
       ({
         lagMs: {
           p50: ${late('watchedLoop.percentile(50)')},
           p99: ${late('watchedLoop.percentile(99)')},
           max: ${late('watchedLoop.max')},
         },
         memory: process.memoryUsage(),
       })`,
    );
    inspector.close();
    return seen as LoopAndMemory;
  };
}

/** Collects a process's garbage. @returns what its heap holds then, bytes */
export async function liveHeap(process: GridfleetProcess): Promise<number> {
  const inspector = await Inspector.open(process);
  await inspector.call('HeapProfiler.collectGarbage');
  const { usedSize } = (await inspector.call('Runtime.getHeapUsage')) as { usedSize: number };
  inspector.close();
  return usedSize;
}
