interface Waiting<K, R> {
  key: K;
  resolve: (result: R) => void;
  reject: (error: unknown) => void;
}

export interface CoalesceOptions {
  /** Largest batch. */
  size: number;
  /** Batches under way at once. */
  parallel?: number;
  /** How long questions are gathered, ms; without it, those of one turn of the event loop. */
  windowMs?: number;
}

/**
 * Answers single questions in batches: what is asked while a batch is under way goes with the next one. Every answer
 * comes of work that began after its question.
 */
export class Coalescer<K, R> {
  readonly #work: (keys: readonly K[]) => Promise<readonly R[]>;
  readonly #size: number;
  readonly #parallel: number;
  readonly #windowMs: number | null;
  #waiting: Waiting<K, R>[] = [];
  #active = 0;
  #isScheduled = false;

  /** @param work answers in the order of its keys */
  constructor(
    work: (keys: readonly K[]) => Promise<readonly R[]>,
    { size, parallel = 1, windowMs }: CoalesceOptions,
  ) {
    this.#work = work;
    this.#size = size;
    this.#parallel = parallel;
    this.#windowMs = windowMs ?? null;
  }

  /** @throws what the batch throws, for each of its keys */
  ask(key: K): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.#waiting.push({ key, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled || this.#active >= this.#parallel) return;
    this.#isScheduled = true;
    const begin = (): void => {
      this.#isScheduled = false;
      while (this.#active < this.#parallel && this.#waiting.length > 0) void this.#next();
    };
    if (this.#windowMs === null) setImmediate(begin);
    else setTimeout(begin, this.#windowMs);
  }

  async #next(): Promise<void> {
    const batch = this.#waiting.splice(0, this.#size);
    this.#active += 1;
    try {
      const results = await this.#work(batch.map(({ key }) => key));
      batch.forEach(({ resolve, reject }, index) => {
        if (index < results.length) resolve(results[index] as R);
        else reject(new RangeError('a batch has fewer answers than questions'));
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.#active -= 1;
      if (this.#waiting.length > 0) this.#schedule();
    }
  }
}
