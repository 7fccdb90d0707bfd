import { connectRedis, readWorkers, type Redis } from '@gridfleet/shared/infra';
import { compareVersions, fail, ok, warn, type Finding } from './finding.js';

const OLDEST = '6.2.0';

/** Redis, how it keeps what it is given, and the nodes it knows. */
export async function checkRedis(redisUrl: string, ownVersion: string): Promise<Finding[]> {
  const redis = connectRedis(redisUrl);
  redis.on('error', () => undefined);
  try {
    const info = await redis.info();
    return [version(info), ...(await settings(redis)), ...(await nodes(redis, ownVersion))];
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    return [fail('Redis', says, 'Start the server, and check host, port and password in REDIS_URL.')];
  } finally {
    redis.disconnect();
  }
}

function version(info: string): Finding {
  const present = /^redis_version:(\S+)/m.exec(info)?.[1] ?? '0';
  return compareVersions(present, OLDEST) >= 0
    ? ok('Redis', present)
    : fail('Redis', `${present} is too old`, `Use Redis ${OLDEST} or newer.`);
}

async function settings(redis: Redis): Promise<Finding[]> {
  const read = async (name: string): Promise<string | undefined> => (await redis.config('GET', name))[1];
  try {
    const policy = await read('maxmemory-policy');
    const append = await read('appendonly');
    return [
      policy === 'noeviction'
        ? ok('Redis memory', 'nothing is thrown away')
        : fail(
            'Redis memory',
            `maxmemory-policy is ${policy}`,
            'Set maxmemory-policy noeviction: leases must not vanish.',
          ),
      append === 'yes'
        ? ok('Redis file', 'append-only')
        : warn(
            'Redis file',
            'no append-only file',
            'Set appendonly yes: a restart then loses a second at most.',
          ),
    ];
  } catch {
    // Hosted servers forbid CONFIG; that says nothing about how they are set.
    return [
      warn('Redis memory', 'it does not tell its settings', 'Make sure that maxmemory-policy is noeviction.'),
    ];
  }
}

async function nodes(redis: Redis, ownVersion: string): Promise<Finding[]> {
  const workers = await readWorkers(redis);
  if (workers.length === 0) return [warn('nodes', 'none is alive', 'Start one: gridfleet worker')];
  const others = workers.filter((worker) => worker.version !== ownVersion);
  return others.length === 0
    ? [ok('nodes', workers.map(({ name, state }) => `${name} (${state})`).join(', '))]
    : [
        warn(
          'nodes',
          others.map((worker) => `${worker.name} has version ${worker.version}`).join(', '),
          `Update them to ${ownVersion}, one after another.`,
        ),
      ];
}
