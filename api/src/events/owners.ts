import type { DataSource } from 'typeorm';
import { StrategyRepository } from '@gridfleet/shared/infra';

const CACHE_SIZE = 100_000;

/** Remembers whose strategy each is; owners never change. */
export class StrategyOwners {
  readonly #dataSource: DataSource;
  readonly #owners = new Map<number, number>();

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  known(strategyId: number): number | undefined {
    return this.#owners.get(strategyId);
  }

  /** Null for a strategy that does not exist (yet): asked again the next time. */
  async ownerOf(strategyId: number): Promise<number | null> {
    const known = this.#owners.get(strategyId);
    if (known !== undefined) return known;
    const owner = await new StrategyRepository(this.#dataSource.manager).ownerOf(strategyId);
    if (owner === null) return null;
    if (this.#owners.size >= CACHE_SIZE) this.#owners.clear();
    this.#owners.set(strategyId, owner);
    return owner;
  }
}
