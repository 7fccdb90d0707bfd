import type { BatchResult } from '@gridfleet/shared/schema';
import { TestPlatform } from './platform.js';
import type { GridfleetProcess } from './processes.js';
import type { Rest } from './rest.js';
import { TestSimulator } from './simulator.js';
import { created } from './created.js';
import { waitUntil } from './wait.js';

/** Markets and accounts of a fleet, and how its price moves. */
export interface FleetPlan {
  markets: number;
  accounts: number;
  strategies: number;
  /** Of each strategy, by its place. */
  params: Record<string, unknown> | ((place: number) => Record<string, unknown>);
  /** Request weight a minute of the simulator's one address, which all accounts share. */
  weight?: string;
  /** Where a market's prices come from, as `--market` writes it behind the symbol. */
  prices: string;
  /** Recorded seconds per real second. */
  speed?: number;
  env?: NodeJS.ProcessEnv;
}

const BASES = [
  ...['BTC', 'ETH', 'SOL', 'LTC', 'LINK', 'AVAX', 'DOT', 'BNB', 'BCH', 'ETC'],
  ...['UNI', 'FIL', 'ATOM', 'ZEC', 'AAVE', 'COMP', 'EGLD', 'KSM', 'QNT', 'DASH'],
];
/** Many accounts share one address; the exchange's weight would make them wait for the next minute. */
const WEIGHT = '100000000';
/** Strategies and accounts that are created at once. */
const AT_ONCE = 8;
/** In one request: a busy machine answers it within the deadline of these tests. */
const STARTED_AT_ONCE = 20;

/** A minute's request weight, and one more. */
const WEIGHT_MS = 130_000;

async function several<T>(count: number, make: (place: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let place = next++; place < count; place = next++) made[place] = await make(place);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return made;
}

/** Many grids on many accounts and markets, and the worker processes that trade them. */
export class GridFleet {
  readonly nodes = new Map<string, GridfleetProcess>();
  ids: number[] = [];

  private constructor(
    readonly plan: FleetPlan,
    readonly simulator: TestSimulator,
    readonly platform: TestPlatform,
    readonly api: Rest,
  ) {}

  static async open(plan: FleetPlan): Promise<GridFleet> {
    const markets = BASES.slice(0, plan.markets).map((base, place) =>
      `${base}USDT=${plan.prices}`.replace('SEED', String(place + 1)),
    );
    const simulator = await TestSimulator.start(plan.speed ?? 1, markets, [
      '--weight',
      plan.weight ?? WEIGHT,
    ]);
    const platform = await TestPlatform.create(simulator.url, { LOG_LEVEL: 'info', ...plan.env });
    const { api } = await platform.startApi({ LOG_LEVEL: 'warn' });
    return new GridFleet(plan, simulator, platform, api);
  }

  get symbols(): string[] {
    return BASES.slice(0, this.plan.markets).map((base) => `${base}USDT`);
  }

  async startNode(name: string, env: NodeJS.ProcessEnv = {}): Promise<GridfleetProcess> {
    const node = await this.platform.startWorker(name, env);
    this.nodes.set(name, node);
    return node;
  }

  node(name: string): GridfleetProcess {
    const node = this.nodes.get(name);
    if (node === undefined) throw new RangeError(`there is no node ${name}`);
    return node;
  }

  /** Opens the accounts and creates the strategies; an account has one at most in each market. A node must run. */
  async create(): Promise<void> {
    const { accounts, markets, strategies, params } = this.plan;
    const balances = Object.fromEntries(BASES.slice(0, markets).map((base) => [base, '100000']));
    const accountIds = await several(accounts, async (place) => {
      const { body } = await this.simulator.control.post<{ apiKey: string; apiSecret: string }>(
        '/_sim/accounts',
        { balances: { USDT: '10000000', ...balances }, makerRate: '0.0001', takerRate: '0.001' },
      );
      return created(this.api, '/api/accounts', {
        label: `fleet ${place}`,
        venue: 'binance',
        environment: 'sim',
        credentials: { apiKey: body.apiKey, secret: body.apiSecret },
      });
    });
    this.ids = await several(strategies, (place) => {
      const market = BASES[(place + Math.floor(place / accounts)) % markets] ?? 'BTC';
      const accountId = accountIds[place % accounts] ?? 0;
      return created(this.api, '/api/strategies', {
        name: `fleet ${place}`,
        kind: 'range-grid',
        params: typeof params === 'function' ? params(place) : params,
        legs: [{ accountId, market: `${market}/USDT` }],
      });
    });
  }

  /** Asks for all of them to run; where the exchange's request weight does not allow it yet, again a little later. */
  async start(): Promise<void> {
    for (let from = 0; from < this.ids.length; from += STARTED_AT_ONCE) {
      let left = this.ids.slice(from, from + STARTED_AT_ONCE);
      await waitUntil(
        async () => {
          left = await this.#startSome(left);
          return left.length === 0;
        },
        { timeoutMs: WEIGHT_MS, what: 'request weight for the next starts', everyMs: 2_000 },
      );
    }
  }

  /** @returns those that wait for request weight */
  async #startSome(strategyIds: readonly number[]): Promise<number[]> {
    const { status, body } = await this.api.post<BatchResult>('/api/strategies/batch/start', { strategyIds });
    if (status !== 200) throw new Error(`the start was refused: ${JSON.stringify(body)}`);
    const refused = body.items.filter(({ ok }) => !ok);
    const other = refused.find(({ message }) => !message.includes('request weight'));
    if (other !== undefined) throw new Error(`a start was refused: ${JSON.stringify(other)}`);
    return refused.map(({ id }) => id);
  }

  /** How many runs trade on each node, as MySQL knows it. */
  async spread(): Promise<Record<string, number>> {
    const rows = await this.platform.rows.query<{ node: string; n: string }[]>(
      "SELECT node, COUNT(*) AS n FROM run WHERE state = 'running' AND holder IS NOT NULL GROUP BY node",
    );
    return Object.fromEntries(rows.map(({ node, n }) => [node, Number(n)]));
  }

  /** Waits until every strategy trades and the nodes share them as asked. */
  async until(
    what: string,
    isSo: (spread: Record<string, number>) => boolean,
    timeoutMs: number,
  ): Promise<void> {
    let spread: Record<string, number> = {};
    await waitUntil(
      async () => {
        spread = await this.spread();
        const total = Object.values(spread).reduce((sum, count) => sum + count, 0);
        return total === this.ids.length && isSo(spread);
      },
      { timeoutMs, what, everyMs: 200 },
    ).catch(async (error: unknown) => {
      const idle = await this.platform.rows.query<unknown[]>(
        `SELECT strategy_id, state, node, holder IS NOT NULL AS held, reason_code, reason_message FROM run
          WHERE state NOT IN ('stopped', 'running') OR holder IS NULL LIMIT 5`,
      );
      const facts = `${JSON.stringify(spread)}; others, for example: ${JSON.stringify(idle)}`;
      throw new Error(`${String(error)}; they run as ${facts}`, { cause: error });
    });
  }

  /** Waits until nearly all orders of the grids rest: the exchange takes 100 of an account in 10 s. */
  async untilArmed(ordersEach: number, timeoutMs: number): Promise<void> {
    const due = Math.floor(this.ids.length * ordersEach * 0.98);
    const sql = "SELECT COUNT(*) AS n FROM orders WHERE state = 'open'";
    await waitUntil(async () => (await this.count(sql)) >= due, {
      timeoutMs,
      what: `${due} resting orders`,
      everyMs: 500,
    });
  }

  async count(sql: string, params: unknown[] = []): Promise<number> {
    const [row] = await this.platform.rows.query<{ n: string }[]>(sql, params);
    return Number(row?.n ?? 0);
  }

  async close(): Promise<void> {
    // Nobody is left to hand anything over to.
    await Promise.all([...this.nodes.values()].map((node) => node.kill()));
    await this.platform.close().finally(() => this.simulator.process.stop());
  }
}
