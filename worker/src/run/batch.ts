import type { QueryRunner } from 'typeorm';

/** Names of the guard rows (migration 2): a batch that would break the rule ends with a duplicate of that row. */
export type GuardName = 'FENCE' | 'POLICY' | 'RESERVE' | 'VERSION';

/** A rule the batch checks by itself did not hold; nothing of the batch was written. */
export class GuardError extends Error {
  constructor(readonly guard: GuardName) {
    super(`the batch was given up by its guard ${guard}`);
    this.name = 'GuardError';
  }
}

export interface Statement {
  sql: string;
  params: readonly unknown[];
}

/**
 * SQL statements that go to the server in one round trip. The server stops at the first that fails. A guard is an
 * INSERT that fails when its condition holds: MySQL knows no conditional error outside stored programs.
 */
export class Batch {
  readonly #statements: Statement[] = [];

  /** @returns the statement's place among the answers. */
  add(sql: string, params: readonly unknown[] = []): number {
    this.#statements.push({ sql, params });
    return this.#statements.length - 1;
  }

  /** Gives the batch up when `rows` (FROM … WHERE …) has a row; the rows read stay locked until the end. */
  giveUpIf(guard: GuardName, rows: string, params: readonly unknown[] = []): void {
    this.add(`INSERT INTO batch_guard (name) SELECT '${guard}' ${rows} LIMIT 1`, params);
  }

  /** Gives the batch up unless the statement before this one matched exactly `count` rows. */
  expectRows(guard: GuardName, count: number): void {
    this.giveUpIf(guard, 'FROM DUAL WHERE ROW_COUNT() <> ?', [count]);
  }

  append(other: Batch): number {
    const offset = this.#statements.length;
    this.#statements.push(...other.#statements);
    return offset;
  }

  get statements(): readonly Statement[] {
    return this.#statements;
  }
}

/** Sends a batch; tests take its place to fail after each statement in turn. */
export type BatchSender = (runner: QueryRunner, batch: Batch) => Promise<unknown[]>;

/** All statements in one round trip. @returns one answer for each statement. */
export const sendBatch: BatchSender = async (runner, batch) => {
  const { statements } = batch;
  const answers: unknown = await runner.query(
    statements.map(({ sql }) => sql).join(';\n'),
    statements.flatMap(({ params }) => params),
  );
  // A single statement answers without the outer list.
  return statements.length === 1 ? [answers] : (answers as unknown[]);
};

const GUARD = /Duplicate entry '(FENCE|POLICY|RESERVE|VERSION)' for key/;

/** What a failed batch means: the guard that gave it up, or the error as it is. */
export function batchError(error: unknown): unknown {
  const guard = error instanceof Error ? GUARD.exec(error.message)?.[1] : undefined;
  return guard === undefined ? error : new GuardError(guard as GuardName);
}

/** 1213 deadlock, 1205 lock wait timeout: the server gave this transaction up so that others could go on. */
const GIVEN_UP = new Set([1213, 1205]);

/** Whether the whole transaction may simply be tried again: it is certain that nothing of it was written. */
export function isGivenUp(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && GIVEN_UP.has(Number(error.errno));
}
