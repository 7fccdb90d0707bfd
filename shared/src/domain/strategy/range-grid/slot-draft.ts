import type { CellState, PurchaseState, RangeGridState } from './state.js';

/** Slots on their way through one event: the map is copied at the first change, and not at all without one. */
export class SlotDraft {
  readonly #before: RangeGridState['slots'];
  #after: Map<number, CellState | PurchaseState> | null = null;

  constructor(before: RangeGridState['slots']) {
    this.#before = before;
  }

  get slots(): RangeGridState['slots'] {
    return this.#after ?? this.#before;
  }

  set(index: number, slot: CellState | PurchaseState): void {
    if (this.slots.get(index) === slot) return;
    this.#after ??= new Map(this.#before);
    this.#after.set(index, slot);
  }
}
