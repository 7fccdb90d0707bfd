import type { RangeGridState, Slot } from './state.js';

/** Slots on their way through one event: the map is copied at the first change, and not at all without one. */
export class SlotDraft {
  readonly #before: RangeGridState['slots'];
  #after: Map<number, Slot> | null = null;

  constructor(before: RangeGridState['slots']) {
    this.#before = before;
  }

  get slots(): RangeGridState['slots'] {
    return this.#after ?? this.#before;
  }

  set(index: number, slot: Slot): void {
    if (this.slots.get(index) === slot) return;
    const isNew = !this.slots.has(index);
    this.#after ??= new Map(this.#before);
    this.#after.set(index, slot);
    // Slots stay in ascending order, so that a restarted machine walks them the same way.
    if (isNew) this.#after = new Map([...this.#after].sort(([a], [b]) => a - b));
  }
}
