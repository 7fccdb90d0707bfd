/** Slots on their way through one event: the map is copied at the first change, and not at all without one. */
export class SlotDraft<T> {
  readonly #before: ReadonlyMap<number, T>;
  #after: Map<number, T> | null = null;

  constructor(before: ReadonlyMap<number, T>) {
    this.#before = before;
  }

  get slots(): ReadonlyMap<number, T> {
    return this.#after ?? this.#before;
  }

  set(slot: number, value: T): void {
    if (this.slots.get(slot) === value) return;
    this.#after ??= new Map(this.#before);
    this.#after.set(slot, value);
  }
}
