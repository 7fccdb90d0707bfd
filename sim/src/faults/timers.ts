/** The timers of the faults, so that none outlives the simulator. */
export class Timers {
  readonly #running = new Map<NodeJS.Timeout, () => void>();

  /** Runs `work` after `ms`; at once, in this turn, for 0. @returns how to run it now instead. */
  after(ms: number, work: () => void): () => void {
    if (ms === 0) {
      work();
      return () => undefined;
    }
    const timer = setTimeout(() => run(), ms);
    const run = (): void => {
      clearTimeout(timer);
      if (this.#running.delete(timer)) work();
    };
    this.#running.set(timer, run);
    return run;
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Ends everything that waits, without running it. */
  clear(): void {
    for (const timer of this.#running.keys()) clearTimeout(timer);
    this.#running.clear();
  }
}
