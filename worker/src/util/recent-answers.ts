interface Known<T> {
  answer: Promise<T>;
  /** Monotonic ms. */
  until: number;
}

/** Answers that stay good for a while, such as an account's fee rates: they cost request weight each time. */
export class RecentAnswers<T> {
  readonly #goodMs: number;
  readonly #now: () => number;
  readonly #known = new Map<string, Known<T>>();

  constructor(goodMs: number, now: () => number = () => performance.now()) {
    this.#goodMs = goodMs;
    this.#now = now;
  }

  /** @throws what `read` throws; the next question then reads again */
  async of(key: string, read: () => Promise<T>): Promise<T> {
    const now = this.#now();
    for (const [old, { until }] of this.#known) if (until <= now) this.#known.delete(old);
    const known = this.#known.get(key) ?? { answer: read(), until: now + this.#goodMs };
    this.#known.set(key, known);
    try {
      return await known.answer;
    } catch (error) {
      if (this.#known.get(key) === known) this.#known.delete(key);
      throw error;
    }
  }
}
