import { pause } from '../util/pause.js';
import { isGivenUp } from './batch.js';

const ATTEMPTS = 8;
const LONGEST_PAUSE_MS = 200;

/**
 * Transactions that look at each other's rows one after another. Strategies of one account and market that start at the
 * same time would lock each other's claims crosswise, and MySQL would undo all but one of them. Other nodes do so still:
 * what is undone is tried again.
 */
export class ClaimTurns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** @param names what the transaction looks at */
  async take<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = names.map((name) => this.#last.get(name) ?? Promise.resolve());
    const turn = Promise.allSettled(before).then(() => stubbornly(work));
    for (const name of names) this.#last.set(name, turn);
    try {
      return await turn;
    } finally {
      for (const name of names) if (this.#last.get(name) === turn) this.#last.delete(name);
    }
  }
}

async function stubbornly<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= ATTEMPTS || !isGivenUp(error)) throw error;
      const wait = Math.random() * LONGEST_PAUSE_MS;
      await pause(wait, AbortSignal.timeout(LONGEST_PAUSE_MS));
    }
  }
}
