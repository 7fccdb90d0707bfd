import type { DataSource, EntityManager } from 'typeorm';
import {
  OrderRowEntity,
  RunRowEntity,
  StrategyRowEntity,
  holdsExposureClaims,
  takeExposureClaims,
  type ExposureClaim,
  type ExposureConflict,
  type OrderRow,
} from '@gridfleet/shared/infra';
import { In } from 'typeorm';
import { heldMarket, type Reason, type StopOption } from '@gridfleet/shared/domain';
import type { RunState } from '@gridfleet/shared/schema';
import { withDeadline } from '../util/deadline.js';
import { alertPeople } from './alert-writer.js';
import { loadRun, withTrades, type LoadedRun } from './load-run.js';
import { ClaimTurns } from './claim-turns.js';
import type { LiveOrder } from './live-order.js';
import { endRun } from './run-end.js';
import { inTransaction } from './transaction.js';

/** Longest wait for one transaction, row locks included. */
const TRANSACTION_DEADLINE_MS = 8_000;

/** Somebody else has claimed the run: this process must not write or send for it any more. */
export class FencedError extends Error {
  constructor(strategyId: number, fence: number) {
    super(`strategy ${strategyId} has been claimed by another node (fence ${fence} is stale)`);
    this.name = 'FencedError';
  }
}

export type Claim = { claimed: true; loaded: LoadedRun } | { claimed: false; reason: string };

/** What is wanted of a run now; `params` (JSON) and `revision`: what is to be in force. */
export type Wanted =
  | { verdict: 'run'; revision: number; params: string }
  | { verdict: 'stop'; stop: StopOption }
  | { verdict: 'superseded' };

const STOP_OPTIONS: Readonly<Record<string, StopOption>> = {
  'keep-orders': 'keep',
  'cancel-orders': 'cancel',
  sell: 'sell',
  buy: 'buy',
};

const FINAL_RUN_STATES: ReadonlySet<RunState> = new Set(['stopped', 'failed']);

/** Everything a run reads and writes in MySQL. Each write checks the fence under a lock of the strategy's row. */
export class RunStore {
  readonly #database: DataSource;
  readonly #claimTurns = new ClaimTurns();

  constructor(database: DataSource) {
    this.#database = database;
  }

  /** Raises the fence and loads the run: from here on no earlier owner can write. */
  async claim(strategyId: number, runId: number, node: string): Promise<Claim> {
    return this.#transaction(async (manager) => {
      const strategy = await manager.getRepository(StrategyRowEntity).findOne({
        where: { id: strategyId },
        lock: { mode: 'pessimistic_write' },
      });
      const run = await manager.getRepository(RunRowEntity).findOneBy({ id: runId });
      if (strategy === null || run === null) return { claimed: false, reason: 'the run does not exist' };
      if (FINAL_RUN_STATES.has(run.state)) return { claimed: false, reason: `the run is ${run.state}` };
      if (strategy.currentRunId !== runId) {
        await endRun(manager, runId, 'stopped', {
          code: 'SUPERSEDED',
          message: 'A newer run of the strategy took over.',
        });
        return { claimed: false, reason: 'a newer run has taken over' };
      }
      const fence = Number(strategy.fence) + 1;
      await manager.query('UPDATE strategy SET fence = ? WHERE id = ?', [fence, strategyId]);
      await manager.query(
        `UPDATE run SET state = 'recovering', node = ?, fence = ?, started_at = COALESCE(started_at, UTC_TIMESTAMP(3)),
           reason_code = NULL, reason_message = NULL WHERE id = ?`,
        [node, fence, runId],
      );
      return {
        claimed: true,
        loaded: await loadRun(manager, strategy, { ...run, state: 'recovering', node }, fence),
      };
    });
  }

  /** @throws FencedError when the strategy has been claimed by somebody else. */
  async fenced<T>(
    strategyId: number,
    fence: number,
    work: (manager: EntityManager) => Promise<T>,
  ): Promise<T> {
    return this.#transaction(async (manager) => {
      const rows: { fence: string }[] = await manager.query(
        'SELECT fence FROM strategy WHERE id = ? FOR UPDATE',
        [strategyId],
      );
      if (Number(rows[0]?.fence) !== fence) throw new FencedError(strategyId, fence);
      return work(manager);
    });
  }

  async setRunState(
    strategyId: number,
    runId: number,
    fence: number,
    state: RunState,
    reason: Reason | null,
  ): Promise<void> {
    await this.fenced(strategyId, fence, async (manager) => {
      if (FINAL_RUN_STATES.has(state)) {
        await endRun(manager, runId, state, reason);
        if (state === 'failed' && reason !== null) await alertPeople(manager, strategyId, reason);
      } else {
        await manager.query('UPDATE run SET state = ?, reason_code = ?, reason_message = ? WHERE id = ?', [
          state,
          reason?.code ?? null,
          reason?.message.slice(0, 500) ?? null,
          runId,
        ]);
      }
    });
  }

  /** Takes the run's claims; a strategy on spot shares its market, one on futures has it alone. */
  async claimExposure(loaded: LoadedRun): Promise<ExposureConflict | null> {
    const claims = loaded.legs.map(({ leg, account }): ExposureClaim => {
      const isSpot = heldMarket(leg.market).type === 'spot';
      const mode = isSpot ? 'shared' : 'exclusive';
      return { fingerprint: account.fingerprint, market: leg.market, positionSide: 'net', mode };
    });
    const { id } = loaded.strategy;
    const held = holdsExposureClaims(this.#database.manager, id, claims);
    if (await withDeadline(held, TRANSACTION_DEADLINE_MS, 'reading exposure claims')) return null;
    const wanted = claims.map(({ fingerprint, market }) => `${fingerprint} ${market}`);
    return this.#claimTurns.take(wanted, () =>
      this.fenced(id, loaded.fence, (manager) => takeExposureClaims(manager, id, claims)),
    );
  }

  async wanted(strategyId: number, runId: number): Promise<Wanted> {
    const strategy = await withDeadline(
      this.#database.getRepository(StrategyRowEntity).findOneBy({ id: strategyId }),
      TRANSACTION_DEADLINE_MS,
      'reading the desired state',
    );
    if (strategy === null || strategy.currentRunId !== runId) return { verdict: 'superseded' };
    if (strategy.desiredState === 'running' && strategy.deletedAt === null) {
      const { revision, params } = strategy;
      return { verdict: 'run', revision, params };
    }
    return { verdict: 'stop', stop: STOP_OPTIONS[strategy.stopOrders] ?? 'cancel' };
  }

  /** Orders of ours by exchange id or client order id, for news of orders no longer in memory. */
  async recall(
    strategyId: number,
    accountId: number,
    market: string,
    ids: { exchange: readonly string[]; client: readonly string[] },
  ): Promise<LiveOrder[]> {
    const one = { strategyId, accountId, market };
    const rows = await withDeadline(
      this.#database.getRepository(OrderRowEntity).findBy([
        { ...one, exchangeOrderId: In([...ids.exchange]) },
        { ...one, clientOrderId: In([...ids.client]) },
      ]),
      TRANSACTION_DEADLINE_MS,
      'reading orders',
    );
    return withDeadline(withTrades(this.#database.manager, rows), TRANSACTION_DEADLINE_MS, 'reading trades');
  }

  /** Stores the row of an order of this strategy that the exchange has and the books do not. */
  async adopt(row: Omit<OrderRow, 'id'>): Promise<void> {
    await this.fenced(row.strategyId, Number(row.fence), async (manager) => {
      await manager.createQueryBuilder().insert().into(OrderRowEntity).values(row).orIgnore().execute();
    });
  }

  /** Trades up to `at` are booked: the next owner of the run looks from there. */
  async historyChecked(strategyId: number, fence: number, at: Date): Promise<void> {
    await this.fenced(strategyId, fence, async (manager) => {
      await manager.query('UPDATE strategy_state SET history_checked_at = ? WHERE strategy_id = ?', [
        at,
        strategyId,
      ]);
    });
  }

  /** Gives intents that were provably not sent yet another span of validity. */
  async extendIntents(
    strategyId: number,
    fence: number,
    ids: readonly string[],
    notAfter: Date,
  ): Promise<void> {
    await this.fenced(strategyId, fence, async (manager) => {
      await manager.query("UPDATE orders SET not_after = ? WHERE id IN (?) AND state = 'intent'", [
        notAfter,
        ids,
      ]);
    });
  }

  #transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return inTransaction(this.#database, TRANSACTION_DEADLINE_MS, work);
  }
}
