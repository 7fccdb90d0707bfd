import type { DataSource } from 'typeorm';
import { isPlacedOn, placementOf, type Logger, type NodeOffer } from '@gridfleet/shared/infra';
import type { Placement } from '@gridfleet/shared/schema';
import { Coalescer } from '../util/coalesce.js';
import { withDeadline } from '../util/deadline.js';

const EVERY_MS = 5_000;
const DEADLINE_MS = 5_000;
const BATCH = 2_000;

export interface PlacementWatchDeps {
  database: DataSource;
  self: NodeOffer;
  strategyIds(): number[];
  move(strategyId: number, placement: Placement): void;
  log: Logger;
}

/** Sends runs away that have been pinned elsewhere, or ask for labels this node does not have. */
export class PlacementWatch {
  readonly #deps: PlacementWatchDeps;
  readonly #look: Coalescer<number, true>;
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: PlacementWatchDeps) {
    this.#deps = deps;
    this.#look = new Coalescer((ids) => this.#check(ids), { size: BATCH });
  }

  start(): void {
    this.#timer = setInterval(() => {
      for (const id of this.#deps.strategyIds()) this.look(id);
    }, EVERY_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  look(strategyId: number): void {
    this.#look.ask(strategyId).catch((error: unknown) => {
      this.#deps.log.warn({ err: error }, 'it could not be seen where strategies are to run');
    });
  }

  async #check(ids: readonly number[]): Promise<true[]> {
    const { database, self } = this.#deps;
    const rows: { id: number; worker_name: string | null; labels: string }[] = await withDeadline(
      database.query('SELECT id, worker_name, labels FROM strategy WHERE id IN (?)', [ids]),
      DEADLINE_MS,
      'asking where strategies are to run',
    );
    for (const row of rows) {
      const placement = placementOf({ workerName: row.worker_name, labels: row.labels });
      if (!isPlacedOn(placement, self)) this.#deps.move(row.id, placement);
    }
    return ids.map(() => true);
  }
}
