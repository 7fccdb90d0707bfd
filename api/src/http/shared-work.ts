interface Work<T> {
  running: Promise<T>;
  next: Promise<T> | null;
}

/**
 * What many ask for at once is made once for all of them. Whoever asks while it is being made gets the next: what is given
 * is never older than the question.
 */
export class SharedWork<T> {
  readonly #work = new Map<string, Work<T>>();

  ask(key: string, make: () => Promise<T>): Promise<T> {
    const work = this.#work.get(key);
    if (work === undefined) return this.#begin(key, make);
    work.next ??= work.running.then(
      () => this.#begin(key, make),
      () => this.#begin(key, make),
    );
    return work.next;
  }

  #begin(key: string, make: () => Promise<T>): Promise<T> {
    const running = make();
    const work: Work<T> = { running, next: null };
    this.#work.set(key, work);
    const end = (): void => {
      if (work.next === null) this.#work.delete(key);
    };
    running.then(end, end);
    return running;
  }
}
