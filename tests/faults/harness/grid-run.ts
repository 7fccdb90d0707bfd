import type { StrategyStatus } from '@gridfleet/shared/schema';
import { created } from '../../harness/created.js';
import type { TestPlatform } from '../../harness/platform.js';
import type { Rest } from '../../harness/rest.js';
import type { LedgerAccount, TestSimulator } from '../../harness/simulator.js';
import { waitUntil } from '../../harness/wait.js';
import { GRID, type LabMarket } from './market.js';

/** Where a grid trades: an exchange, and the platform that trades there. */
export interface Place {
  readonly simulator: TestSimulator;
  readonly platform: TestPlatform;
  readonly api: Rest;
}

export interface LevelRow {
  slot: number;
  state: string;
  reason: { code: string; message: string } | null;
}

/** How long a step of ours may take, ms: a gate that a refusal has closed stays closed for a minute. */
const STEP_MS = 90_000;

/** One grid with an exchange account and a market of its own. */
export class GridRun {
  private constructor(
    readonly lab: Place,
    readonly market: LabMarket,
    readonly apiKey: string,
    readonly accountId: number,
    readonly id: number,
  ) {}

  static async open(lab: Place, market: LabMarket): Promise<GridRun> {
    const opened = await lab.simulator.control.post<{ apiKey: string; apiSecret: string }>('/_sim/accounts', {
      balances: { USDT: '10000', [market.base]: '100' },
      makerRate: '0.0001',
      takerRate: '0.001',
    });
    const { apiKey, apiSecret: secret } = opened.body;
    const account = await created(lab.api, '/api/accounts', {
      label: `fault ${apiKey.slice(0, 8)}`,
      venue: 'binance',
      environment: 'sim',
      credentials: { apiKey, secret },
    });
    const strategy = await created(lab.api, '/api/strategies', {
      name: `fault ${apiKey.slice(0, 8)}`,
      kind: 'range-grid',
      params: GRID,
      legs: [{ accountId: account, market: market.name }],
    });
    return new GridRun(lab, market, apiKey, account, strategy);
  }

  /** Asks for the strategy to run and waits until nothing but the exchange may hold it up. */
  async start(): Promise<void> {
    await waitUntil(
      async () => {
        const { status, body } = await this.lab.api.post(`/api/strategies/${this.id}/start`);
        if (status !== 200) throw new Error(JSON.stringify(body));
        return true;
      },
      { timeoutMs: STEP_MS, what: `${this.market.name} to be started`, everyMs: 500 },
    );
  }

  /** Stops it and waits for the end. */
  async stop(): Promise<void> {
    await this.lab.api.post(`/api/strategies/${this.id}/stop`);
    await waitUntil(async () => ['stopped', 'failed'].includes((await this.status()).state), {
      timeoutMs: STEP_MS,
      what: `the strategy on ${this.market.name} to stop`,
      everyMs: 200,
    });
  }

  async status(): Promise<StrategyStatus> {
    return (await this.lab.api.get<StrategyStatus>(`/api/strategies/${this.id}/status`)).body;
  }

  async levels(): Promise<LevelRow[]> {
    return (await this.lab.api.get<{ items: LevelRow[] }>(`/api/strategies/${this.id}/levels`)).body.items;
  }

  /** What the platform says of it now, in a line: its run, and how many levels are in each state for each reason. */
  async says(): Promise<string> {
    const [{ state, reason, lastError }, levels] = await Promise.all([this.status(), this.levels()]);
    const counts = new Map<string, number>();
    for (const level of levels) {
      const what = [level.state, level.reason?.code].filter((word) => word !== undefined).join(' ');
      counts.set(what, (counts.get(what) ?? 0) + 1);
    }
    const shown = [...counts].map(([what, count]) => `${count} ${what}`).join(', ');
    return `it is ${state} (${reason?.code ?? '–'}, last error ${lastError?.code ?? '–'}): ${shown}`;
  }

  async rows(sql: string): Promise<Record<string, string>[]> {
    return this.lab.platform.rows.query<Record<string, string>[]>(sql, [this.id]);
  }

  async fills(): Promise<number> {
    const [row] = await this.rows('SELECT COUNT(*) AS n FROM fill WHERE strategy_id = ?');
    return Number(row?.['n'] ?? 0);
  }

  /** How many orders of ours rest at the exchange. */
  async resting(): Promise<number> {
    const { account } = await this.ledger();
    const isOpen = (status: string): boolean => status === 'NEW' || status === 'PARTIALLY_FILLED';
    return account.orders.filter((order) => order.clientOrderId.startsWith('gf') && isOpen(order.status))
      .length;
  }

  /** The number of the latest claim. */
  async fence(): Promise<number> {
    const [row] = await this.rows('SELECT fence FROM strategy WHERE id = ?');
    return Number(row?.['fence']);
  }

  async ledger(): Promise<{ account: LedgerAccount; checks: unknown[] }> {
    return this.lab.simulator.ledger(this.apiKey);
  }
}
