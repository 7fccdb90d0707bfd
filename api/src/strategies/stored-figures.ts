import type { DataSource } from 'typeorm';
import type { DecimalString } from '@gridfleet/shared/domain';
import {
  figuresOf,
  MachineStateRepository,
  viewStored,
  type Logger,
  type StatusFigures,
} from '@gridfleet/shared/infra';

/** Stored machines that are read together. */
const MACHINES_AT_ONCE = 50;
/** Machines whose figures are remembered; of more, the longest known are worked out again. */
const MOST_REMEMBERED = 20_000;

/** What a stored machine comes to. */
export interface StoredFigures {
  figures: StatusFigures;
  /** Quote paid for what it holds. */
  positionCost: DecimalString;
}

interface Known {
  version: string;
  /** Null for a machine that this version of the program cannot read. */
  stored: StoredFigures | null;
}

/**
 * Figures of machines as MySQL has them. Reading a machine whole is dear and most do not change: each is worked out once
 * for each of its versions, and only the versions are looked up again.
 */
export class StoredFiguresReader {
  readonly #dataSource: DataSource;
  readonly #logger: Logger;
  readonly #known = new Map<number, Known>();

  constructor(dataSource: DataSource, logger: Logger) {
    this.#dataSource = dataSource;
    this.#logger = logger;
  }

  /** Strategies that were never started, and those whose machine is unreadable, are absent. */
  async of(strategyIds: readonly number[]): Promise<Map<number, StoredFigures>> {
    // The versions first: a step in between is seen the next time, never missed.
    const versions = await new MachineStateRepository(this.#dataSource.manager).versions(strategyIds);
    const found = new Map<number, StoredFigures>();
    const changed: number[] = [];
    for (const [id, version] of versions) {
      const known = this.#known.get(id);
      if (known?.version !== version) changed.push(id);
      else if (known.stored !== null) found.set(id, known.stored);
    }
    // A machine is a millisecond or two of work: between a few of them everybody else gets their turn.
    for (let from = 0; from < changed.length; from += MACHINES_AT_ONCE) {
      const some = changed.slice(from, from + MACHINES_AT_ONCE);
      for (const [id, stored] of await this.#workOut(some)) {
        this.#remember(id, { version: versions.get(id) ?? '', stored });
        if (stored !== null) found.set(id, stored);
      }
    }
    return found;
  }

  async #workOut(strategyIds: readonly number[]): Promise<Map<number, StoredFigures | null>> {
    const states = new MachineStateRepository(this.#dataSource.manager);
    const machines = await states.load(strategyIds);
    const fills = await states.fillSummaries([...machines.keys()]);
    const worked = new Map<number, StoredFigures | null>();
    for (const [id, machine] of machines) {
      const summary = fills.get(id);
      try {
        const view = viewStored(machine);
        const figures = figuresOf(view, summary?.fills ?? 0, summary?.lastPrice ?? null);
        worked.set(id, { figures, positionCost: view.positionCost });
      } catch (err) {
        // One unreadable machine must not hide the others; its strategy is shown without figures.
        this.#logger.error({ err, strategyId: id }, 'stored machine is unreadable');
        worked.set(id, null);
      }
    }
    return worked;
  }

  #remember(id: number, known: Known): void {
    this.#known.delete(id);
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MOST_REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(id, known);
  }
}
