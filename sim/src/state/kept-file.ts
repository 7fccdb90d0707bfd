import { accessSync, constants, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Journal } from './journal.js';

const SAVE_MS = 1000;

/** What every saved state begins with. */
export interface Kept {
  version: number;
  venue: string;
  /** How much of the journal belongs to this state. */
  journalBytes: number;
}

/**
 * Keeps a venue on disk: a small file with what changes, written whole and renamed into place, and beside it the
 * journal (`<file>.journal`) of what is over. The file's rename is the commit.
 */
export class KeptFile<State extends Kept, Entry> {
  readonly #journal: Journal<Entry>;
  #dirty = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly path: string,
    private readonly version: State['version'],
    /** The state as it is, with the length of its journal. */
    private readonly stateOf: (journalBytes: number) => State,
  ) {
    this.#journal = new Journal(`${path}.journal`);
  }

  /**
   * The saved state, or null when there is none.
   * @throws Error when it cannot be read, is of another version, or its folder cannot be written.
   */
  load(venue: string): { state: State; journal: Entry[] } | null {
    accessSync(dirname(this.path), constants.W_OK);
    if (!existsSync(this.path)) {
      this.#journal.read(0);
      return null;
    }
    const state = JSON.parse(readFileSync(this.path, 'utf8')) as Partial<Kept>;
    if (state.version !== this.version || state.venue !== venue) {
      throw new Error(
        `${this.path} holds version ${state.version} of venue ${state.venue}; this simulator reads version ${this.version} of ${venue}. Move it away to start afresh`,
      );
    }
    return { state: state as State, journal: this.#journal.read(state.journalBytes ?? 0) };
  }

  /** Notes a change; one that is over goes to the journal. */
  note(entry?: Entry): void {
    this.#dirty = true;
    if (entry !== undefined) this.#journal.add(entry);
  }

  /** Saves at once, then each second when something changed. */
  start(): void {
    this.save();
    this.#timer = setInterval(() => {
      if (this.#dirty) this.#trySave();
    }, SAVE_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** A disk that is full now may not be so in a second: the venue goes on and the next save tries again. */
  #trySave(): void {
    try {
      this.save();
    } catch (error) {
      process.stderr.write(`simulator: state not saved to ${this.path}, trying again: ${String(error)}\n`);
    }
  }

  save(): void {
    const journalBytes = this.#journal.flush();
    const temporary = `${this.path}.tmp`;
    writeFileSync(temporary, JSON.stringify(this.stateOf(journalBytes)), { mode: 0o600 });
    renameSync(temporary, this.path);
    this.#dirty = false;
  }
}
