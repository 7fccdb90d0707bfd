import { IsNull, type EntityManager } from 'typeorm';
import { RefusalRowEntity, type RefusalRow } from '../database/entities/risk.js';

/** Why slots have no order. A refusal stands until the slot's order is accepted or another code takes its place. */
export class RefusalRepository {
  readonly #manager: EntityManager;

  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  /** Refusals in force, by slot. */
  standing(strategyId: number): Promise<RefusalRow[]> {
    return this.#manager.find(RefusalRowEntity, {
      where: { strategyId, clearedAt: IsNull() },
      order: { leg: 'ASC', slot: 'ASC' },
    });
  }
}
