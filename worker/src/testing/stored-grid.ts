import { strategyKinds, type LegContext, type PlanContext } from '@gridfleet/shared/domain';
import type { DataSource } from 'typeorm';
import type { ValuedReport } from '../run/live-order.js';
import { Batch } from '../run/batch.js';
import { EMPTY_MEMORY, firstStep, stepAll, type Input, type RunFrame, type RunMemory } from '../run/step.js';
import type { ScopePolicy } from '../run/policy.js';
import type { CommittedStep, StepStore } from '../run/step-store.js';
import { addNewState, stepStatements } from '../run/step-writer.js';
import { SOL_LEG } from './sol-leg.js';

/** A grid on something else than SOL/USDT on spot. */
export interface StoredGridOptions {
  leg?: LegContext;
  params?: Record<string, unknown>;
  leverage?: number;
}

async function insert(database: DataSource, sql: string, values: unknown[] = []): Promise<number> {
  const answer: { insertId: number } = await database.query(sql, values);
  return answer.insertId;
}

/** A user with one account. */
export async function storeAccount(database: DataSource): Promise<number> {
  const user = await insert(
    database,
    "INSERT INTO user (email, role, created_at) VALUES (UUID(), 'owner', NOW(3))",
  );
  return insert(
    database,
    `INSERT INTO account (user_id, label, venue, environment, fingerprint, created_at, updated_at)
       VALUES (?, 'a', 'binance', 'sim', REPEAT('0', 64), NOW(3), NOW(3))`,
    [user],
  );
}

/** What the account has, as if its balances had just been read. */
export async function storeHolding(
  database: DataSource,
  accountId: number,
  resource: string,
  total: string,
): Promise<void> {
  await database.query(
    `INSERT INTO reservation (account_id, resource, total, read_at) VALUES (?, ?, ?, FROM_UNIXTIME(1))
       ON DUPLICATE KEY UPDATE total = VALUES(total)`,
    [accountId, resource, total],
  );
}

/** A range grid in a real database, driven without a venue. Levels are 140, 141, … with 1 SOL each, no inventory. */
export class StoredGrid {
  memory: RunMemory = EMPTY_MEMORY;
  policies: readonly ScopePolicy[] | null = null;

  private constructor(
    readonly frame: RunFrame,
    readonly runId: number,
  ) {}

  static async create(
    database: DataSource,
    accountId: number,
    levels = 4,
    { leg = SOL_LEG, params: change = {}, leverage }: StoredGridOptions = {},
  ): Promise<StoredGrid> {
    const params = {
      lower: '140',
      upper: String(139 + levels),
      levels,
      quantity: { mode: 'base', value: '1' },
      initialInventory: 'none',
      ...change,
    };
    const kind = strategyKinds.get('range-grid')?.bind(params);
    if (kind === undefined) throw new Error('no such kind');
    const strategyId = await insert(
      database,
      `INSERT INTO strategy (user_id, name, kind, params, desired_state, fence, created_at, updated_at)
         SELECT user_id, 's', 'range-grid', ?, 'running', 1, NOW(3), NOW(3) FROM account WHERE id = ?`,
      [JSON.stringify(params), accountId],
    );
    await insert(database, "INSERT INTO strategy_leg VALUES (?, 0, 'main', ?, ?)", [
      strategyId,
      accountId,
      leg.market.symbol,
    ]);
    const runId = await insert(
      database,
      "INSERT INTO run (strategy_id, state, fence, requested_at) VALUES (?, 'running', 1, NOW(3))",
      [strategyId],
    );
    await database.query('UPDATE strategy SET current_run_id = ? WHERE id = ?', [runId, strategyId]);
    const accountIds = [accountId];
    const context: PlanContext = { legs: [leg] };
    const leverages = [leverage ?? null];
    return new StoredGrid(
      { strategyId, runId, fence: 1, salt: 'ab12', kind, context, accountIds, leverages },
      runId,
    );
  }

  /** The grid's first step: one intent for each cell. */
  async start(store: StepStore, now = Date.now()): Promise<CommittedStep> {
    const start = this.frame.kind.start({ ...this.frame.context, firstGeneration: 1, carried: null }, now);
    return this.#adopt(
      await store.commit(this.frame, null, (view) => {
        const result = firstStep(this.frame, start, view, now);
        const batch = new Batch();
        addNewState(
          batch,
          this.frame.strategyId,
          1,
          this.frame.context,
          result.memory.machine.header,
          new Date(now),
        );
        const step = stepStatements(this.frame, result, new Date(now));
        const offset = batch.append(step.batch);
        return { result, write: { batch, read: (answers) => step.read(answers.slice(offset)) } };
      }),
    );
  }

  async step(store: StepStore, inputs: readonly Input[], now = Date.now()): Promise<CommittedStep> {
    return this.#adopt(
      await store.commit(this.frame, this.policies, (view) => {
        const result = stepAll(this.frame, this.memory, inputs, view, now);
        return { result, write: stepStatements(this.frame, result, new Date(now)) };
      }),
    );
  }

  /** Reports that every live order rests at the exchange. */
  acceptAll(): Input[] {
    return [...this.memory.orders.values()]
      .filter(({ row }) => row.state === 'intent')
      .map(({ row }) => ({ type: 'report', report: reportOf(row.clientOrderId, { state: 'open' }) }));
  }

  #adopt(committed: CommittedStep): CommittedStep {
    const { result, written } = committed;
    const orders = new Map(result.memory.orders);
    for (const order of [...written.updated, ...written.intents]) orders.set(order.row.clientOrderId, order);
    this.memory = { ...result.memory, orders };
    this.policies = committed.policies;
    return committed;
  }
}

export function reportOf(clientOrderId: string, change: Partial<ValuedReport>): ValuedReport {
  return {
    clientOrderId,
    exchangeOrderId: `x${clientOrderId}`,
    state: 'open',
    filledQuantity: '0',
    fill: null,
    refusal: null,
    ...change,
  };
}

/** The whole fill of a 1 SOL order at its price, fee in quote. */
export function fillReport(
  clientOrderId: string,
  price: string,
  tradeId: string,
  time: number,
): ValuedReport {
  return reportOf(clientOrderId, {
    state: 'filled',
    filledQuantity: '1',
    fill: {
      tradeId,
      price,
      quantity: '1',
      quoteQuantity: price,
      fee: '0.01',
      feeAsset: 'USDT',
      feeQuote: '0.01',
      maker: true,
      time,
    },
  });
}
