import type { GridFleet } from '../harness/grid-fleet.js';

/** What the storages have done since they were started. */
export interface StorageCounts {
  redisCommands: number;
  mysqlStatements: number;
  mysqlWrites: number;
  mysqlTransactions: number;
}

/** Counters of the whole servers: nobody else may use them meanwhile. */
export async function storageCounts(fleet: GridFleet): Promise<StorageCounts> {
  const info = await fleet.platform.redis.info('stats');
  const rows = await fleet.platform.rows.query<{ Variable_name: string; Value: string }[]>(
    `SHOW GLOBAL STATUS WHERE Variable_name IN
       ('Questions', 'Com_insert', 'Com_update', 'Com_delete', 'Com_update_multi', 'Com_commit')`,
  );
  const of = (name: string): number => Number(rows.find((row) => row.Variable_name === name)?.Value ?? 0);
  return {
    redisCommands: Number(/total_commands_processed:(\d+)/.exec(info)?.[1] ?? 0),
    mysqlStatements: of('Questions'),
    mysqlWrites: of('Com_insert') + of('Com_update') + of('Com_delete') + of('Com_update_multi'),
    mysqlTransactions: of('Com_commit'),
  };
}
