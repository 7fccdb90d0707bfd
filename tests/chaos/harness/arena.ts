import { GridRun, type Place } from '../../faults/harness/grid-run.js';
import { LAB_MARKETS, marketFlags, walk } from '../../faults/harness/market.js';
import { INSPECTED } from '../../harness/inspector.js';
import { OwnRedis } from '../../harness/own-redis.js';
import { TestPlatform } from '../../harness/platform.js';
import type { GridfleetProcess } from '../../harness/processes.js';
import type { Rest } from '../../harness/rest.js';
import { TestSimulator } from '../../harness/simulator.js';
import { TcpProxy } from '../../harness/tcp-proxy.js';
import { waitUntil } from '../../harness/wait.js';

/** Strategies, each with an account and a market of its own. */
const GRIDS = 6;
const NODES = 3;
/** From one price of a market to the next: each fills one order of its grid. */
const STEP_MS = 500;
const WEIGHT = '1000000';
/** Looks at the exchange each 5 s and not each 15 s; leases keep their times. */
const TIME_SCALE = '0.33';
const RUNNING_MS = 120_000;

/** A node, and what lies between it and the storages. */
export interface ArenaNode {
  name: string;
  process: GridfleetProcess;
  redis: TcpProxy;
  mysql: TcpProxy;
}

/** Who has a run, as MySQL knows it. */
export interface Holding {
  strategyId: number;
  node: string | null;
  fence: number;
  isTraded: boolean;
}

/** Three nodes behind proxies of their own, Redis, MariaDB, an exchange and grids that trade all the time. */
export class Arena implements Place {
  readonly nodes: ArenaNode[] = [];
  readonly grids: GridRun[] = [];
  #started = 0;

  private constructor(
    readonly simulator: TestSimulator,
    readonly redis: OwnRedis,
    readonly platform: TestPlatform,
    readonly api: Rest,
  ) {}

  static async open(): Promise<Arena> {
    const simulator = await TestSimulator.start(1, marketFlags(), ['--weight', WEIGHT]);
    const redis = await OwnRedis.start();
    const platform = await TestPlatform.create(simulator.url, { TIME_SCALE, REDIS_URL: redis.url });
    const { api } = await platform.startApi();
    const arena = new Arena(simulator, redis, platform, api);
    try {
      await Promise.all(Array.from({ length: NODES }, () => arena.startNode()));
      await arena.#startGrids();
      return arena;
    } catch (error) {
      await arena.close();
      throw error;
    }
  }

  /** One more node, with a name no other had. */
  async startNode(): Promise<ArenaNode> {
    this.#started += 1;
    const name = `node-${this.#started}`;
    const { DATABASE_URL: databaseUrl = '', REDIS_URL: redisUrl = '' } = this.platform.env;
    const redis = await TcpProxy.start(redisUrl, 6379);
    const mysql = await TcpProxy.start(databaseUrl, 3306);
    const process = await this.platform.startWorker(name, {
      ...INSPECTED,
      REDIS_URL: redis.through(redisUrl),
      DATABASE_URL: mysql.through(databaseUrl),
    });
    const node = { name, process, redis, mysql };
    this.nodes.push(node);
    return node;
  }

  /** Forgets nodes that have ended, and starts others until there are enough. */
  async refill(): Promise<void> {
    for (const node of [...this.nodes]) {
      node.process.thaw();
      node.redis.heal();
      node.mysql.heal();
      if (node.process.exitCode() === undefined) continue;
      this.nodes.splice(this.nodes.indexOf(node), 1);
      await Promise.all([node.redis.close(), node.mysql.close()]);
    }
    while (this.nodes.length < NODES) await this.startNode();
  }

  async holdings(): Promise<Holding[]> {
    const rows = await this.platform.rows.query<Record<string, string | null>[]>(
      `SELECT r.strategy_id, r.node, s.fence, r.state = 'running' AND r.holder IS NOT NULL AS traded
         FROM run r JOIN strategy s ON s.current_run_id = r.id`,
    );
    return rows.map((row) => ({
      strategyId: Number(row['strategy_id']),
      node: row['node'] ?? null,
      fence: Number(row['fence']),
      isTraded: Number(row['traded']) === 1,
    }));
  }

  async close(): Promise<void> {
    // Nobody is left to hand anything over to.
    await Promise.all(this.nodes.map(({ process }) => process.kill()));
    // Whatever fails, the rest must not stay behind.
    const closing = [
      this.platform.close(),
      ...this.nodes.flatMap(({ redis, mysql }) => [redis.close(), mysql.close()]),
    ];
    const closed = await Promise.allSettled(closing);
    closed.push(...(await Promise.allSettled([this.redis.close(), this.simulator.process.stop()])));
    const failure = closed.find(({ status }) => status === 'rejected');
    if (failure?.status === 'rejected') throw failure.reason;
  }

  async #startGrids(): Promise<void> {
    for (const market of LAB_MARKETS.slice(0, GRIDS)) {
      await walk(this.simulator, market.symbol, STEP_MS);
      const grid = await GridRun.open(this, market);
      await grid.start();
      this.grids.push(grid);
    }
    await waitUntil(async () => (await this.holdings()).every(({ isTraded }) => isTraded), {
      timeoutMs: RUNNING_MS,
      what: 'every grid to trade for the first time',
    });
  }
}
