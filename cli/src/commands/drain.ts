import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { UserError } from '../user-error.js';

const LOOK_EVERY_MS = 250;

interface DrainOptions {
  /** Seconds to wait until the node is empty. */
  wait: string;
}

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new UserError(`${name} is not set: it says where the fleet keeps its state.`);
  return value;
}

/** @returns the node's word on itself, undefined when it is not alive */
async function told(name: string, isDraining: boolean, waitMs: number): Promise<string> {
  const { connectDatabase, connectRedis, drainNode, readWorkers } = await import('@gridfleet/shared/infra');
  const redis = connectRedis(setting('REDIS_URL'));
  redis.on('error', () => undefined);
  const database = await connectDatabase(setting('DATABASE_URL'), 1);
  try {
    const find = async () => (await readWorkers(redis)).find((node) => node.name === name);
    if ((await find()) === undefined) throw new UserError(`No living node is called "${name}".`);
    await drainNode(database.manager, redis, name, isDraining, () => undefined);
    const deadline = performance.now() + waitMs;
    for (;;) {
      const node = await find();
      if (node === undefined) return `${name} has stopped`;
      const isDone = isDraining ? node.state === 'drained' : !node.state.startsWith('drain');
      if (isDone) return `${name} is ${node.state}, ${node.running} strategies`;
      if (performance.now() > deadline) {
        throw new UserError(
          `${name} still runs ${node.running} strategies after ${waitMs / 1_000} s. It goes on ${node.state}; ` +
            'look whether another node has room for them (GET /api/workers).',
        );
      }
      await delay(LOOK_EVERY_MS);
    }
  } finally {
    redis.disconnect();
    await database.destroy();
  }
}

/** What operators ask of nodes, on any machine that reaches MySQL and Redis. */
export function addDrainCommands(program: Command): void {
  const commands = [
    {
      name: 'drain',
      isDraining: true,
      text: 'make a worker node give its strategies to others and take none',
    },
    { name: 'undrain', isDraining: false, text: 'let a drained worker node take strategies again' },
  ] as const;
  for (const { name, isDraining, text } of commands) {
    program
      .command(name)
      .description(`${text} (DATABASE_URL and REDIS_URL say where)`)
      .argument('<node>', 'name of the node, as its WORKER_NAME says')
      .option('--wait <seconds>', 'how long to wait for it', '60')
      .action(async (node: string, { wait }: DrainOptions) => {
        const seconds = Number(wait);
        if (!Number.isFinite(seconds) || seconds < 0)
          throw new UserError(`--wait "${wait}" is not a time in seconds.`);
        process.stdout.write(`${await told(node, isDraining, seconds * 1_000)}\n`);
      });
  }
}
