import { In, type EntityManager } from 'typeorm';
import { RunRowEntity, type RunRow } from '../database/entities/strategy.js';

/** States of a run that has not ended. */
export const UNFINISHED: RunRow['state'][] = [
  'queued',
  'claiming',
  'recovering',
  'running',
  'waiting',
  'stopping',
];

/** Runs: lives of a strategy, from start to stop. */
export class RunRepository {
  readonly #manager: EntityManager;

  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  async byId(ids: readonly number[]): Promise<Map<number, RunRow>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#manager.findBy(RunRowEntity, { id: In([...ids]) });
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Whether a run of the strategy may still trade: the current one, or an older one that has not ended. */
  async hasUnfinished(strategyId: number): Promise<boolean> {
    return this.#manager.existsBy(RunRowEntity, { strategyId, state: In(UNFINISHED) });
  }

  /** @returns id of the new run, state `queued`. */
  async insertQueued(strategyId: number): Promise<number> {
    const result = await this.#manager.insert(RunRowEntity, {
      strategyId,
      state: 'queued',
      reasonCode: null,
      reasonMessage: null,
      node: null,
      fence: '0',
      requestedAt: new Date(),
      startedAt: null,
      stoppedAt: null,
    });
    return Number(result.identifiers[0]?.['id']);
  }
}
