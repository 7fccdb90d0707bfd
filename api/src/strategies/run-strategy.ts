import type { DataSource, EntityManager } from 'typeorm';
import {
  AccountRepository,
  isRunningState,
  MachineStateRepository,
  RunRepository,
  StrategyRepository,
  type StrategyRow,
} from '@gridfleet/shared/infra';
import { GridfleetError, type StopRequest, type StrategyStatus } from '@gridfleet/shared/schema';
import type { Publisher } from '../events/publisher.js';
import type { RunQueue } from '../runs/run-queue.js';
import { planRefused, type PlanCheck } from './plan-check.js';
import { strategyDeleted, strategyNotFound } from './strategy-errors.js';
import type { StrategyReader } from './strategy-reader.js';

export interface RunStrategyDeps {
  dataSource: DataSource;
  reader: StrategyReader;
  planCheck: PlanCheck;
  publisher: Publisher;
  runQueue: RunQueue;
}

/** Starts and stops strategies: writes what is wanted, and tells the nodes. Both may be repeated at will. */
export class StrategyRunner {
  readonly #deps: RunStrategyDeps;

  constructor(deps: RunStrategyDeps) {
    this.#deps = deps;
  }

  /**
   * A strategy that runs already stays as it is.
   * @throws GridfleetError NOT_FOUND, STRATEGY_DELETED, ACCOUNT_INACTIVE, TRADING_HALTED, PLAN_REFUSED, …
   */
  async start(userId: number, id: number): Promise<StrategyStatus> {
    const { dataSource, reader, runQueue } = this.#deps;
    const row = await reader.row(userId, id);
    if (row.deletedAt !== null) throw strategyDeleted(id);
    if (!(await runsAlready(dataSource.manager, row))) {
      await refuseUnlessTradable(dataSource.manager, row, 'find');
      await this.#checkFirstStart(row);
      const runId = await dataSource.transaction((tx) => openRun(tx, userId, id));
      if (runId !== null) await runQueue.enqueue(id, runId);
    }
    return this.#announce(userId, id);
  }

  /** A strategy that has been stopped stays as it is. @throws GridfleetError NOT_FOUND */
  async stop(userId: number, id: number, request: StopRequest): Promise<StrategyStatus> {
    const { dataSource, publisher } = this.#deps;
    await dataSource.transaction(async (tx) => {
      const strategies = new StrategyRepository(tx);
      const row = await strategies.lock(userId, id);
      if (row === null) throw strategyNotFound(id);
      const stopOrders = request.orders ?? 'cancel-orders';
      await strategies.update(id, { desiredState: 'stopped', stopOrders });
    });
    await publisher.desiredStateChanged(id);
    return this.#announce(userId, id);
  }

  /** The first start buys and reserves: its plan is made with the funds of the moment. Later starts carry on. */
  async #checkFirstStart(row: StrategyRow): Promise<void> {
    const { manager } = this.#deps.dataSource;
    if (await new MachineStateRepository(manager).hasState(row.id)) return;
    const legs = (await new StrategyRepository(manager).legsOf([row.id])).get(row.id) ?? [];
    const { plan } = await this.#deps.planCheck.plan(row.userId, {
      kind: row.kind,
      params: JSON.parse(row.params) as Record<string, unknown>,
      legs: legs.map(({ name, accountId, market }) => ({ name, accountId, market })),
    });
    if (plan.refusals.length > 0) throw planRefused(plan.refusals, '');
  }

  async #announce(userId: number, id: number): Promise<StrategyStatus> {
    const status = await this.#deps.reader.status(userId, id);
    await this.#deps.publisher.statusChanged(status);
    return status;
  }
}

async function runsAlready(manager: EntityManager, row: StrategyRow): Promise<boolean> {
  if (row.desiredState !== 'running' || row.currentRunId === null) return false;
  const run = (await new RunRepository(manager).byId([row.currentRunId])).get(row.currentRunId);
  return run !== undefined && isRunningState(run.state);
}

/** `lock` holds the accounts until the transaction ends, so that none is deactivated or re-keyed beneath a start. */
export async function refuseUnlessTradable(
  manager: EntityManager,
  row: StrategyRow,
  read: 'find' | 'lock',
): Promise<void> {
  const accounts = new AccountRepository(manager);
  const states = [{ what: 'The platform', state: await accounts.platformTradingState() }];
  const legs = (await new StrategyRepository(manager).legsOf([row.id])).get(row.id) ?? [];
  for (const accountId of new Set(legs.map((leg) => leg.accountId))) {
    const account = await accounts[read](row.userId, accountId);
    if (account === null || !account.isActive) {
      throw new GridfleetError('ACCOUNT_INACTIVE', `Account ${accountId} is not active`);
    }
    states.push({ what: `Account ${account.label}`, state: account.tradingState });
  }
  states.push({ what: `Strategy ${row.name}`, state: row.tradingState });
  const halted = states.find(({ state }) => state === 'HALTED');
  if (halted !== undefined) throw new GridfleetError('TRADING_HALTED', `${halted.what} is halted`);
}

/**
 * A new run even when the last one is still stopping: jobs are named after their run, and the strategy's lock keeps
 * the new one waiting until the old one has ended.
 * @returns its id, or null when somebody else started the strategy meanwhile.
 */
async function openRun(tx: EntityManager, userId: number, id: number): Promise<number | null> {
  const strategies = new StrategyRepository(tx);
  const row = await strategies.lock(userId, id);
  if (row === null) throw strategyNotFound(id);
  if (row.deletedAt !== null) throw strategyDeleted(id);
  if (await runsAlready(tx, row)) return null;
  await refuseUnlessTradable(tx, row, 'lock');
  const runId = await new RunRepository(tx).insertQueued(id);
  await strategies.update(id, { desiredState: 'running', currentRunId: runId });
  return runId;
}
