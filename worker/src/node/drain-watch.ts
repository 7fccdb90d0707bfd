import type { DataSource } from 'typeorm';
import { NodeRepository, type Logger } from '@gridfleet/shared/infra';
import { withDeadline } from '../util/deadline.js';

const EVERY_MS = 2_000;
const DEADLINE_MS = 2_000;

/** Follows what operators want of this node: MySQL says it, a message only makes it quicker. */
export class DrainWatch {
  readonly #database: DataSource;
  readonly #name: string;
  readonly #onChange: (isDraining: boolean) => void;
  readonly #log: Logger;
  #isDraining = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(database: DataSource, name: string, onChange: (isDraining: boolean) => void, log: Logger) {
    this.#database = database;
    this.#name = name;
    this.#onChange = onChange;
    this.#log = log;
  }

  async start(): Promise<void> {
    await this.look();
    this.#timer = setInterval(() => void this.look(), EVERY_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** Looks now; when MySQL does not answer, the last word stands. */
  async look(): Promise<void> {
    try {
      const wanted = await withDeadline(
        new NodeRepository(this.#database.manager).isDraining(this.#name),
        DEADLINE_MS,
        'asking whether this node is to be drained',
      );
      if (wanted === this.#isDraining) return;
      this.#isDraining = wanted;
      this.#onChange(wanted);
    } catch (error) {
      this.#log.warn({ err: error }, 'it could not be seen whether this node is to be drained');
    }
  }
}
