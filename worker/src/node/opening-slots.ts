/** Runs that are loaded and reconciled at once; those that trade already come first. */
const AT_ONCE = 32;

/** Turns of runs that are being opened, in order of arrival. */
export class OpeningSlots {
  #free = AT_ONCE;
  readonly #waiting: (() => void)[] = [];

  /** Runs that are being opened, and those that wait for it. */
  get pending(): number {
    return AT_ONCE - this.#free + this.#waiting.length;
  }

  /**
   * @param signal ends waiting without a turn
   * @returns how to give the turn back; doing so twice is the same as once
   */
  async take(signal?: AbortSignal): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else if (!(await this.#queued(signal))) return () => undefined;
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    };
  }

  /** @returns whether a turn came */
  #queued(signal: AbortSignal | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        resolve(false);
      };
      const turn = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve(true);
      };
      if (signal?.aborted === true) {
        resolve(false);
        return;
      }
      this.#waiting.push(turn);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }
}
