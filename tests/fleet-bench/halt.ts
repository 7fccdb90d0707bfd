import { setTimeout as delay } from 'node:timers/promises';
import { parseClientOrderId } from '@gridfleet/shared/domain';
import { setTradingState } from '@gridfleet/shared/infra';
import { GridFleet } from '../harness/grid-fleet.js';
import type { LedgerAccount } from '../harness/simulator.js';
import { TcpProxy } from '../harness/tcp-proxy.js';
import { print } from './figures.js';
import { WALKED_GRID, walkAll } from './walk.js';

const FILLS_PER_SECOND = 30;
const STARTED_MS = 90_000;
/** How long orders are counted before the halt, and looked for after it. */
const BEFORE_MS = 5_000;
const AFTER_MS = 8_000;

interface Seen {
  strategyId: number;
  time: number;
}

async function ordersSince(fleet: GridFleet, since: number): Promise<Seen[]> {
  const { body } = await fleet.simulator.control.get<{ accounts: LedgerAccount[] }>('/_sim/ledger');
  return body.accounts
    .flatMap(({ orders }) => orders)
    .filter(({ time }) => time >= since)
    .flatMap(({ clientOrderId, time }) => {
      const id = parseClientOrderId(clientOrderId);
      return id === null ? [] : [{ strategyId: id.strategyId, time }];
    });
}

/**
 * From a halt of the platform to the last new order that reaches the exchange: from a node that is connected, and from
 * one that loses MySQL and Redis at that moment, ms.
 */
export async function halt(strategies: number): Promise<void> {
  const fleet = await GridFleet.open({
    markets: 20,
    accounts: 20,
    strategies,
    params: WALKED_GRID,
    prices: 'manual:100',
  });
  const { DATABASE_URL: databaseUrl = '', REDIS_URL: redisUrl = '' } = fleet.platform.env;
  const [redis, mysql] = [await TcpProxy.start(redisUrl, 6379), await TcpProxy.start(databaseUrl, 3306)];
  try {
    const through = { REDIS_URL: redis.through(redisUrl), DATABASE_URL: mysql.through(databaseUrl) };
    await Promise.all([fleet.startNode('connected'), fleet.startNode('cut-off', through)]);
    await fleet.create();
    await fleet.start();
    const even = Math.floor(strategies * 0.35);
    await fleet.until(
      'both nodes to have their share',
      (spread) => (spread['connected'] ?? 0) >= even && (spread['cut-off'] ?? 0) >= even,
      STARTED_MS,
    );
    await walkAll(fleet, FILLS_PER_SECOND);
    await delay(BEFORE_MS * 2);
    const holders = await fleet.platform.rows.query<{ strategy_id: number; node: string }[]>(
      'SELECT strategy_id, node FROM run',
    );
    const nodeOf = new Map(holders.map((row) => [row.strategy_id, row.node]));
    const reason = { code: 'BENCH', message: 'Halted by the bench.' };
    for (const proxy of [redis, mysql]) proxy.silence();
    await setTradingState(fleet.platform.rows.manager, { of: 'platform' }, 'HALTED', reason, 'bench');
    const haltedAt = Date.now();
    await delay(AFTER_MS);
    const orders = await ordersSince(fleet, haltedAt - BEFORE_MS);
    const of = (node: string): object => {
      const own = orders.filter(({ strategyId }) => nodeOf.get(strategyId) === node);
      const late = own.filter(({ time }) => time > haltedAt).map(({ time }) => time - haltedAt);
      return {
        ordersPerSecondBefore: (own.length - late.length) / (BEFORE_MS / 1_000),
        ordersAfter: late.length,
        lastOrderMs: Math.max(0, ...late),
      };
    };
    print({ bench: 'halt of everything', connected: of('connected'), cutOff: of('cut-off') });
  } finally {
    for (const proxy of [redis, mysql]) proxy.heal();
    await fleet.close();
    await Promise.all([redis.close(), mysql.close()]);
  }
}
