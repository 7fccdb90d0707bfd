import { connectRedis, createLogger, queues } from '@gridfleet/shared/infra';
import { expect, it } from 'vitest';
import { OwnRedis } from '../../../tests/harness/own-redis.js';
import { TcpProxy } from '../../../tests/harness/tcp-proxy.js';
import { waitUntil } from '../../../tests/harness/wait.js';
import { RunQueues } from './run-queues.js';

const log = createLogger('test', 'fatal');
/** So many jobs take longer to fetch, one after the other, than a lock lives. */
const JOBS = 60;
const DELAY_MS = 100;

it('keeps the locks of what it has fetched and not begun, however long fetching the others takes', async () => {
  const server = await OwnRedis.start();
  const proxy = await TcpProxy.start(server.url, 6379);
  const connections = [server.url, proxy.through(server.url)].map((url) =>
    connectRedis(url, { commandTimeoutMs: null }),
  );
  const [direct, slow] = connections;
  if (direct === undefined || slow === undefined) throw new Error('two connections were opened');
  const begun: string[] = [];
  const lost: string[] = [];
  let isOver: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (isOver = resolve));
  const node = { name: 'a', labels: [] };
  const deps = { node, log, onLockLost: (ids: readonly string[]) => void lost.push(...ids) };
  const filling = new RunQueues({ ...deps, connection: direct, process: async () => undefined });
  const runs = filling.queue(queues.runs);
  await runs.addBulk(
    Array.from({ length: JOBS }, (_, index) => ({ name: 'run', data: {}, opts: { jobId: `run-${index}` } })),
  );
  const taking = new RunQueues({
    ...deps,
    connection: slow,
    process: async (_queue, job) => {
      begun.push(job.id ?? '');
      await over;
    },
  });
  try {
    proxy.delayMs = DELAY_MS;
    await taking.start();
    await waitUntil(() => begun.length >= JOBS, {
      timeoutMs: 60_000,
      what: 'every run to begin',
      everyMs: 100,
    });
    expect(new Set(begun).size).toBe(begun.length);
    expect(lost).toEqual([]);
    expect(await runs.getActiveCount()).toBe(JOBS);
  } finally {
    proxy.delayMs = 0;
    isOver();
    await taking.close();
    await filling.close();
    for (const connection of connections) connection.disconnect();
    await proxy.close();
    await server.close();
  }
});
