import type { DataSource, QueryRunner } from 'typeorm';
import { dec } from '@gridfleet/shared/domain';
import { withDeadline } from '../util/deadline.js';
import { policyKey, resourceKey, type AdmissionView, type Holding } from './admission.js';
import { Batch, GuardError, isGivenUp, sendBatch, type BatchSender } from './batch.js';
import { addFence, FencedError, onRunner } from './fenced-batch.js';
import { needsLock, type PolicyRow, type ScopePolicy } from './policy.js';
import { NO_CAPITAL, POLICY_COLUMNS, policiesOf, readPolicies } from './policy-reader.js';
import { readSums } from './sums.js';
import type { StepResult } from './step.js';
import type { StepWrite, Written } from './step-writer.js';

/** Longest wait for limits and trading states, ms. */
const READ_DEADLINE_MS = 8_000;
/** Attempts of a transaction that the server or a guard gives up. */
const ATTEMPTS = 5;

/** Whose rows a step concerns. */
export interface StepScope {
  strategyId: number;
  fence: number;
  accountIds: readonly number[];
}

export interface ComputedStep {
  result: StepResult;
  write: StepWrite;
}

export interface CommittedStep {
  result: StepResult;
  written: Written;
  /** For the next step's first try. */
  policies: readonly ScopePolicy[];
}

/** Some policy turned out to limit sums, and was read without the lock that needs: read all again with it. */
class LocksNeeded extends Error {
  constructor(readonly policies: readonly ScopePolicy[]) {
    super('policies that limit sums must be locked');
  }
}

/** The policies the step was computed with must still stand; their rows stay locked against change until the commit. */
function addPolicies(batch: Batch, policies: readonly ScopePolicy[]): void {
  for (const { table, id, state, rawLimits, capitalVersion } of policies) {
    const capital = table === 'account' ? ' AND capital_version = ?' : '';
    batch.giveUpIf(
      'POLICY',
      `FROM ${table} WHERE id = ? AND NOT (trading_state = ? AND risk_limits <=> ?${capital})`,
      [id, state, rawLimits, ...(table === 'account' ? [capitalVersion] : [])],
    );
  }
}

function viewOf(answers: readonly unknown[]): AdmissionView {
  const [, , , platform, strategy, accounts, holdings] = answers as PolicyRow[][];
  const amounts = holdings as unknown as {
    account_id: number;
    resource: string;
    total: string;
    foreign_locked: string;
    reserved: string;
    read_at: Date;
  }[];
  return {
    policies: policiesOf(platform, strategy, accounts),
    holdings: new Map(
      amounts.map((row): [string, Holding] => [
        resourceKey(row.account_id, row.resource),
        {
          total: dec(row.total),
          foreignLocked: dec(row.foreign_locked),
          reserved: dec(row.reserved),
          readAt: row.read_at.getTime(),
        },
      ]),
    ),
  };
}

/**
 * Computes steps and writes them, each in one transaction that checks fence, trading states, limits and funds.
 *
 * Normally that is one round trip: the step is computed with the policies of the last one, and the batch gives itself
 * up when they no longer stand or funds are short. Then, and whenever a step refuses an order, everything is read
 * under locks first.
 */
export class StepStore {
  readonly #database: DataSource;
  readonly #send: BatchSender;

  constructor(database: DataSource, send: BatchSender = sendBatch) {
    this.#database = database;
    this.#send = send;
  }

  /** Trading states and limits as they are now, without a lock: good for noticing that they have changed. */
  policies(scope: StepScope): Promise<ScopePolicy[]> {
    return withDeadline(readPolicies(this.#database.manager, scope), READ_DEADLINE_MS, 'reading limits');
  }

  /**
   * @param compute makes a step of what it may rely on; pure, may be called several times
   * @throws FencedError when the strategy has been claimed by somebody else
   */
  async commit(
    scope: StepScope,
    policies: readonly ScopePolicy[] | null,
    compute: (view: AdmissionView) => ComputedStep,
  ): Promise<CommittedStep> {
    let tried: readonly ScopePolicy[] | null = policies;
    let known: readonly ScopePolicy[] = policies ?? [];
    for (let attempt = 1; ; attempt += 1) {
      try {
        const step = tried === null ? null : compute({ policies: tried, holdings: null });
        const needsLocks = (step?.result.intents.length ?? 0) > 0 && known.some(needsLock);
        if (tried !== null && step !== null && !step.result.denied && !needsLocks) {
          return await onRunner(this.#database, (runner) =>
            this.#writeAtOnce(runner, scope, tried ?? [], step),
          );
        }
        return await onRunner(this.#database, (runner) => this.#readThenWrite(runner, scope, compute, known));
      } catch (error) {
        if (error instanceof LocksNeeded && attempt < ATTEMPTS) {
          known = error.policies;
          tried = null;
          continue;
        }
        if (error instanceof GuardError && error.guard === 'FENCE') {
          throw new FencedError(scope.strategyId, scope.fence);
        }
        const again = error instanceof GuardError ? error.guard !== 'VERSION' : isGivenUp(error);
        if (!again || attempt >= ATTEMPTS) throw error;
        tried = null;
      }
    }
  }

  async #writeAtOnce(
    runner: QueryRunner,
    scope: StepScope,
    policies: readonly ScopePolicy[],
    { result, write }: ComputedStep,
  ): Promise<CommittedStep> {
    const batch = new Batch();
    batch.add('START TRANSACTION');
    addFence(batch, scope);
    if (result.intents.length > 0) addPolicies(batch, policies);
    const offset = batch.append(write.batch);
    batch.add('COMMIT');
    const answers = await this.#send(runner, batch);
    return { result, written: write.read(answers.slice(offset)), policies };
  }

  async #readThenWrite(
    runner: QueryRunner,
    scope: StepScope,
    compute: (view: AdmissionView) => ComputedStep,
    known: readonly ScopePolicy[],
  ): Promise<CommittedStep> {
    const { strategyId, accountIds } = scope;
    const accounts = [...new Set(accountIds)];
    const locked = new Set(known.filter(needsLock).map(policyKey));
    const lockOf = (table: ScopePolicy['table']): string =>
      known.some((policy) => policy.table === table && needsLock(policy))
        ? 'FOR UPDATE'
        : 'LOCK IN SHARE MODE';
    const reading = new Batch();
    reading.add('START TRANSACTION');
    addFence(reading, scope);
    reading.add(
      `SELECT ${POLICY_COLUMNS}, ${NO_CAPITAL} FROM installation WHERE id = 1 ${lockOf('installation')}`,
    );
    // A locking read, though the row is locked already: the first plain one fixes what later plain ones may see.
    reading.add(`SELECT ${POLICY_COLUMNS}, ${NO_CAPITAL} FROM strategy WHERE id = ? LOCK IN SHARE MODE`, [
      strategyId,
    ]);
    reading.add(
      `SELECT ${POLICY_COLUMNS}, capital_version FROM account WHERE id IN (?) ORDER BY id ${lockOf('account')}`,
      [accounts],
    );
    reading.add(
      `SELECT account_id, resource, total, foreign_locked, reserved, read_at FROM reservation
        WHERE account_id IN (?) ORDER BY account_id, resource FOR UPDATE`,
      [accounts],
    );
    const read = viewOf(await this.#send(runner, reading));
    const limiting = read.policies.filter(needsLock);
    const isLocked = limiting.every((policy) => locked.has(policyKey(policy)));
    if (!isLocked && compute(read).result.intents.length > 0) throw new LocksNeeded(read.policies);
    const view =
      limiting.length === 0 || !isLocked
        ? read
        : { ...read, ...(await readSums(this.#send, runner, strategyId, limiting)) };
    const { result, write } = compute(view);
    const writing = new Batch();
    const offset = writing.append(write.batch);
    writing.add('COMMIT');
    const answers = await this.#send(runner, writing);
    return { result, written: write.read(answers.slice(offset)), policies: view.policies };
  }
}
