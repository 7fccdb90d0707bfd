import type { DataSource } from 'typeorm';
import {
  appendNotice,
  isPlacedOn,
  placementOf,
  strategyNotice,
  type NodeOffer,
} from '@gridfleet/shared/infra';
import type { Placement } from '@gridfleet/shared/schema';
import { Coalescer } from '../util/coalesce.js';
import { withDeadline } from '../util/deadline.js';
import { crashLoopReason, judgeEntry, type Entry } from './crash-loop.js';

const DEADLINE_MS = 5_000;
const BATCH = 200;

interface Row {
  id: number;
  holder: string | null;
  claimed_at: Date | null;
  crashes: number;
  retry_at: Date | null;
  worker_name: string | null;
  labels: string;
  accounts: string | null;
  now: Date;
}

export type Pass =
  | { verdict: 'take'; placement: Placement; accountIds: number[] }
  /** It is to run elsewhere and belongs into another queue. */
  | { verdict: 'misplaced'; placement: Placement }
  /** Its nodes died of it: not before `retryAt`, ms since epoch by MySQL's clock. */
  | { verdict: 'wait'; inMs: number }
  | { verdict: 'unknown' };

/**
 * What a node asks MySQL before it takes a run, while it holds the lease: whether the run may be here, and whether it
 * has killed its nodes. Many runs are asked about in one go, as a node takes over another's.
 */
export class RunGuard {
  readonly #database: DataSource;
  readonly #self: NodeOffer & { instanceId: string };
  readonly #enter: Coalescer<number, Pass>;
  readonly #leave: Coalescer<number, true>;

  constructor(database: DataSource, self: NodeOffer & { instanceId: string }) {
    this.#database = database;
    this.#self = self;
    this.#enter = new Coalescer((ids) => this.#passes(ids), { size: BATCH, parallel: 2 });
    this.#leave = new Coalescer((ids) => this.#free(ids), { size: BATCH, parallel: 2 });
  }

  /** @throws when MySQL does not answer */
  enter(runId: number): Promise<Pass> {
    return this.#enter.ask(runId);
  }

  /** The run was given back or has ended: its next holder need not wonder what became of this one. */
  async leave(runId: number): Promise<void> {
    await this.#leave.ask(runId);
  }

  async #passes(ids: readonly number[]): Promise<Pass[]> {
    const rows: Row[] = await this.#query(
      `SELECT r.id, r.holder, r.claimed_at, r.crashes, r.retry_at, s.worker_name, s.labels, UTC_TIMESTAMP(3) AS now,
              (SELECT GROUP_CONCAT(DISTINCT l.account_id) FROM strategy_leg l WHERE l.strategy_id = s.id) AS accounts
         FROM run r JOIN strategy s ON s.id = r.strategy_id WHERE r.id IN (?)`,
      [ids],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    const judged = ids.map((id) => this.#judge(byId.get(id)));
    await this.#store(judged.flatMap(({ row, entry }) => (row && entry ? [{ id: row.id, entry }] : [])));
    return judged.map(({ pass }) => pass);
  }

  #judge(row: Row | undefined): { row?: Row; entry?: Entry; pass: Pass } {
    if (row === undefined) return { pass: { verdict: 'unknown' } };
    const placement = placementOf({ workerName: row.worker_name, labels: row.labels });
    if (!isPlacedOn(placement, this.#self)) return { pass: { verdict: 'misplaced', placement } };
    const past = {
      holder: row.holder,
      claimedAt: row.claimed_at?.getTime() ?? null,
      crashes: row.crashes,
      retryAt: row.retry_at?.getTime() ?? null,
    };
    const now = row.now.getTime();
    const entry = judgeEntry(past, this.#self.instanceId, now);
    if (!entry.take) return { row, entry, pass: { verdict: 'wait', inMs: entry.retryAt - now } };
    const accountIds = (row.accounts ?? '').split(',').filter(Boolean).map(Number);
    return { row, entry, pass: { verdict: 'take', placement, accountIds } };
  }

  async #store(entries: readonly { id: number; entry: Entry }[]): Promise<void> {
    const taken = new Map<number, number[]>();
    for (const { id, entry } of entries) {
      if (entry.take) taken.set(entry.crashes, [...(taken.get(entry.crashes) ?? []), id]);
      else if (entry.isNew) await this.#delay(id, entry);
    }
    for (const [crashes, ids] of taken) {
      await this.#query(
        `UPDATE run SET holder = ?, claimed_at = UTC_TIMESTAMP(3), crashes = ?, retry_at = NULL WHERE id IN (?)`,
        [this.#self.instanceId, crashes, ids],
      );
    }
  }

  async #delay(id: number, { crashes, retryAt }: Extract<Entry, { take: false }>): Promise<void> {
    const { code, message } = crashLoopReason(crashes, retryAt);
    const work = this.#database.transaction(async (manager) => {
      await manager.query(
        `UPDATE run SET holder = NULL, crashes = ?, retry_at = ?, state = 'waiting', reason_code = ?, reason_message = ?
          WHERE id = ? AND state NOT IN ('stopped', 'failed')`,
        [crashes, new Date(retryAt), code, message, id],
      );
      const [run]: { strategy_id: number }[] = await manager.query(
        'SELECT strategy_id FROM run WHERE id = ?',
        [id],
      );
      if (run !== undefined)
        await appendNotice(manager, strategyNotice('crash-loop', run.strategy_id, { code, message }));
    });
    await withDeadline(work, DEADLINE_MS, 'noting a crash loop');
  }

  async #free(ids: readonly number[]): Promise<true[]> {
    await this.#query('UPDATE run SET holder = NULL WHERE id IN (?) AND holder = ?', [
      ids,
      this.#self.instanceId,
    ]);
    return ids.map(() => true);
  }

  #query<T>(sql: string, params: unknown[]): Promise<T> {
    return withDeadline(this.#database.query(sql, params), DEADLINE_MS, 'asking about runs');
  }
}
