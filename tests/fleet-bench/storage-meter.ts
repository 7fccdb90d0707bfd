import type { GridFleet } from '../harness/grid-fleet.js';

/** What the storages have done since they were started. */
export interface StorageCounts {
  redisCommands: number;
  /** By name. */
  redisCalls: ReadonlyMap<string, number>;
  mysqlStatements: number;
  mysqlWrites: number;
  mysqlTransactions: number;
}

/** Counters of the whole servers: nobody else may use them meanwhile. */
export async function storageCounts(fleet: GridFleet): Promise<StorageCounts> {
  const info = await fleet.platform.redis.info('stats');
  const calls = await fleet.platform.redis.info('commandstats');
  const rows = await fleet.platform.rows.query<{ Variable_name: string; Value: string }[]>(
    `SHOW GLOBAL STATUS WHERE Variable_name IN
       ('Questions', 'Com_insert', 'Com_update', 'Com_delete', 'Com_update_multi', 'Com_commit')`,
  );
  const of = (name: string): number => Number(rows.find((row) => row.Variable_name === name)?.Value ?? 0);
  return {
    redisCommands: Number(/total_commands_processed:(\d+)/.exec(info)?.[1] ?? 0),
    redisCalls: new Map(
      [...calls.matchAll(/cmdstat_(\S+):calls=(\d+)/g)].map(([, name = '', n]) => [name, Number(n)]),
    ),
    mysqlStatements: of('Questions'),
    mysqlWrites: of('Com_insert') + of('Com_update') + of('Com_delete') + of('Com_update_multi'),
    mysqlTransactions: of('Com_commit'),
  };
}

/** The commands Redis got most often, a second. */
export function mostUsed(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  seconds: number,
): Record<string, number> {
  const rates = [...after].map(([name, n]): [string, number] => [
    name,
    Math.round((n - (before.get(name) ?? 0)) / seconds),
  ]);
  return Object.fromEntries(rates.sort(([, a], [, b]) => b - a).slice(0, 8));
}
