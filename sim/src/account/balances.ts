import type { Units } from '../venue/units.js';

export interface Balance {
  free: Units;
  locked: Units;
}

/** The assets of one account: what is free and what open orders have locked. Never below zero. */
export class Balances {
  readonly #assets = new Map<string, Balance>();

  get(asset: string): Readonly<Balance> {
    return this.#assets.get(asset) ?? { free: 0n, locked: 0n };
  }

  entries(): [string, Readonly<Balance>][] {
    return [...this.#assets].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  restore(asset: string, balance: Balance): void {
    this.#assets.set(asset, { ...balance });
  }

  credit(asset: string, amount: Units): void {
    this.#change(asset, amount, 0n);
  }

  /** @returns false, changing nothing, when not enough is free. */
  lock(asset: string, amount: Units): boolean {
    if (this.get(asset).free < amount) return false;
    this.#change(asset, -amount, amount);
    return true;
  }

  unlock(asset: string, amount: Units): void {
    this.#change(asset, amount, -amount);
  }

  /** Pays out of what is locked. */
  spend(asset: string, amount: Units): void {
    this.#change(asset, 0n, -amount);
  }

  #change(asset: string, free: Units, locked: Units): void {
    const balance = this.get(asset);
    const after = { free: balance.free + free, locked: balance.locked + locked };
    if (after.free < 0n || after.locked < 0n) {
      throw new Error(`balance of ${asset} would be free ${after.free}, locked ${after.locked}`);
    }
    this.#assets.set(asset, after);
  }
}
