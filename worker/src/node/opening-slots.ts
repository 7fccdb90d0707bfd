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

  /** @returns how to give the turn back; doing so twice is the same as once */
  async take(): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    };
  }
}
