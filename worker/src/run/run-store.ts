import type { DataSource, EntityManager } from 'typeorm';
import {
  OrderRowEntity,
  appendNotice,
  strategyNotice,
  takeExposureClaims,
  type ExposureClaim,
  type ExposureConflict,
  type OrderRow,
  type StrategyRow,
} from '@gridfleet/shared/infra';
import { In } from 'typeorm';
import { heldMarket, type Reason, type StopOption } from '@gridfleet/shared/domain';
import type { RunState } from '@gridfleet/shared/schema';
import { Coalescer } from '../util/coalesce.js';
import { withDeadline } from '../util/deadline.js';
import {
  claimAlone,
  claimTogether,
  FINAL_RUN_STATES,
  type Claim,
  type ClaimAnswer,
  type ClaimWish,
  type Transact,
} from './claim-runs.js';
import { withTrades, type LoadedRun } from './load-run.js';
import { ClaimTurns } from './claim-turns.js';
import { FencedError, writeFenced } from './fenced-batch.js';
import type { LiveOrder } from './live-order.js';
import { holdClaims, markRunning, readStrategies, type ClaimHolder, type RunFence } from './run-batches.js';
import { endRun } from './run-end.js';
import { inTransaction } from './transaction.js';

/** Longest wait for one transaction, row locks included. */
const TRANSACTION_DEADLINE_MS = 8_000;
/** Runs claimed and loaded in one transaction: the first of many should not wait for the last. */
const CLAIM_BATCH = 50;
const BATCH = 200;

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

/** Everything a run reads and writes in MySQL. Each write checks the fence under a lock of the strategy's row. */
export class RunStore {
  readonly #database: DataSource;
  readonly #claimTurns = new ClaimTurns();
  readonly #claims: Coalescer<ClaimWish, ClaimAnswer>;
  readonly #running: Coalescer<RunFence, boolean>;
  readonly #holders: Coalescer<ClaimHolder, boolean>;
  readonly #strategies: Coalescer<number, StrategyRow | null>;

  constructor(database: DataSource) {
    this.#database = database;
    const transaction: Transact = (work) => this.#transaction(work);
    this.#claims = new Coalescer((wishes) => claimTogether(wishes, transaction), {
      size: CLAIM_BATCH,
      parallel: 2,
    });
    this.#running = new Coalescer((runs) => markRunning(database, runs), { size: BATCH });
    this.#holders = new Coalescer((all) => holdClaims(database, all), { size: BATCH });
    // The periodic looks of a node's runs come one by one: they are gathered for a moment.
    this.#strategies = new Coalescer((ids) => readStrategies(database, ids), { size: BATCH, windowMs: 10 });
  }

  /** The run fails again and again: people are told. */
  async noteCrashLoop(strategyId: number, reason: Reason): Promise<void> {
    await this.#transaction((manager) =>
      appendNotice(manager, strategyNotice('crash-loop', strategyId, reason)),
    );
  }

  /** Raises the fence and loads the run: from here on no earlier owner can write. */
  async claim(strategyId: number, runId: number, node: string): Promise<Claim> {
    const wish = { strategyId, runId, node };
    const answer = await this.#claims.ask(wish);
    if (answer instanceof Error) throw answer;
    return answer === 'locked' ? claimAlone(wish, (work) => this.#transaction(work)) : answer;
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
    // What a run says of itself without more: many do after a take-over. One that is fenced learns it below.
    if (state === 'running' && reason === null && (await this.#running.ask({ runId, fence }))) return;
    if (!FINAL_RUN_STATES.has(state)) {
      await writeFenced(this.#database, { strategyId, fence }, (batch) => {
        batch.add('UPDATE run SET state = ?, reason_code = ?, reason_message = ? WHERE id = ?', [
          state,
          reason?.code ?? null,
          reason?.message.slice(0, 500) ?? null,
          runId,
        ]);
      });
      return;
    }
    await this.fenced(strategyId, fence, async (manager) => {
      await endRun(manager, runId, state, reason);
      const what = state === 'failed' ? 'run-failed' : 'run-ended';
      await appendNotice(manager, strategyNotice(what, strategyId, reason));
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
    if (await this.#holders.ask({ strategyId: id, claims })) return null;
    const wanted = claims.map(({ fingerprint, market }) => `${fingerprint} ${market}`);
    return this.#claimTurns.take(wanted, () =>
      this.fenced(id, loaded.fence, (manager) => takeExposureClaims(manager, id, claims)),
    );
  }

  async wanted(strategyId: number, runId: number): Promise<Wanted> {
    const strategy = await this.#strategies.ask(strategyId);
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
    await writeFenced(this.#database, { strategyId, fence }, (batch) => {
      batch.add('UPDATE strategy_state SET history_checked_at = ? WHERE strategy_id = ?', [at, strategyId]);
    });
  }

  /** Gives intents that were provably not sent yet another span of validity. */
  async extendIntents(
    strategyId: number,
    fence: number,
    ids: readonly string[],
    notAfter: Date,
  ): Promise<void> {
    await writeFenced(this.#database, { strategyId, fence }, (batch) => {
      batch.add("UPDATE orders SET not_after = ? WHERE id IN (?) AND state = 'intent'", [notAfter, ids]);
    });
  }

  #transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return inTransaction(this.#database, TRANSACTION_DEADLINE_MS, work);
  }
}
