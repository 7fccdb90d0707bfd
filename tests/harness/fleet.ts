import type { StrategyStatus, WorkerInfo } from '@gridfleet/shared/schema';
import { createGrid, type TestPlatform } from './platform.js';
import type { GridfleetProcess } from './processes.js';
import type { Rest } from './rest.js';
import { waitUntil } from './wait.js';

/** A few levels: exchanges count orders, and these tests start many grids. */
const PARAMS = { levels: 4, quantity: { mode: 'base', value: '0.001' } };

/** A busy machine may need this long for what takes seconds on a quiet one. */
const PATIENCE_MS = 90_000;

/** What is told of each node when something did not happen. */
const LAST_LINES = 40;

/** Strategies on one account, and the worker processes that trade them. */
export class TestFleet {
  readonly nodes = new Map<string, GridfleetProcess>();
  ids: number[] = [];

  constructor(
    readonly platform: TestPlatform,
    readonly api: Rest,
  ) {}

  async startNode(name: string, env: NodeJS.ProcessEnv = {}): Promise<GridfleetProcess> {
    const node = await this.platform.startWorker(name, env);
    this.nodes.set(name, node);
    return node;
  }

  /** Creates grids of the same account and starts them. */
  async startGrids(count: number): Promise<void> {
    const first = await createGrid(this.api, PARAMS);
    const { body } = await this.api.get<Record<string, unknown>>(`/api/strategies/${first.id}`);
    this.ids = [first.id];
    while (this.ids.length < count) {
      const made = await this.api.post<{ id: number }>('/api/strategies', {
        name: `grid ${this.ids.length + 1}`,
        kind: body['kind'],
        params: body['params'],
        legs: [{ accountId: first.accountId, market: 'BTC/USDT' }],
      });
      if (made.status !== 201) throw new Error(`the strategy was refused: ${JSON.stringify(made.body)}`);
      this.ids.push(made.body.id);
    }
    await Promise.all(this.ids.map((id) => this.api.post(`/api/strategies/${id}/start`)));
  }

  async status(id: number): Promise<StrategyStatus> {
    return (await this.api.get<StrategyStatus>(`/api/strategies/${id}/status`)).body;
  }

  async statuses(): Promise<StrategyStatus[]> {
    const { body } = await this.api.get<{ items: StrategyStatus[] }>('/api/strategies/running');
    return body.items;
  }

  async node(name: string): Promise<WorkerInfo | undefined> {
    const { body } = await this.api.get<{ items: WorkerInfo[] }>('/api/workers');
    return body.items.find((each) => each.name === name);
  }

  /** How many strategies trade on each node. */
  async spread(): Promise<Record<string, number>> {
    const spread: Record<string, number> = {};
    for (const { state, workerName } of await this.statuses()) {
      if (state === 'running' && workerName !== null) spread[workerName] = (spread[workerName] ?? 0) + 1;
    }
    return spread;
  }

  /** Waits until a strategy is as asked; what its nodes printed last is told when it is not. */
  async untilStatus(
    id: number,
    what: string,
    isSo: (status: StrategyStatus) => boolean,
    timeoutMs = PATIENCE_MS,
  ): Promise<StrategyStatus> {
    let last: StrategyStatus | undefined;
    try {
      return await waitUntil(
        async () => {
          last = await this.status(id);
          return isSo(last) ? last : null;
        },
        { timeoutMs, what, everyMs: 100 },
      );
    } catch (error) {
      const printed = [...this.nodes].map(
        ([name, node]) => `${name}:\n${node.output().split('\n').slice(-LAST_LINES).join('\n')}`,
      );
      throw new Error(`${String(error)}: ${JSON.stringify(last)}\n${printed.join('\n')}`, { cause: error });
    }
  }

  /** Waits until every strategy trades and the nodes share them as asked. */
  async until(
    what: string,
    isSo: (spread: Record<string, number>) => boolean,
    timeoutMs = PATIENCE_MS,
  ): Promise<void> {
    let last: unknown;
    try {
      await waitUntil(
        async () => {
          last = await this.spread();
          const spread = last as Record<string, number>;
          const total = Object.values(spread).reduce((sum, count) => sum + count, 0);
          return total === this.ids.length && isSo(spread);
        },
        { timeoutMs, what, everyMs: 100 },
      );
    } catch (error) {
      const statuses = (await this.statuses()).map(({ strategyId, state, reason, workerName }) => ({
        strategyId,
        state,
        reason,
        workerName,
      }));
      throw new Error(`${String(error)}: ${JSON.stringify({ last, statuses })}`, { cause: error });
    }
  }
}
