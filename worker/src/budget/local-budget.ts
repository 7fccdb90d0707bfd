import { windowAt, windowLeft } from './windows.js';

/** A count that a request adds to. */
export interface Counter {
  /** Redis key without the window's number. */
  name: string;
  windowMs: number;
  amount: number;
  /** Most the count may reach by this request. */
  limit: number;
}

export type Verdict =
  | { allowed: true }
  /** `by` names the gate or the counter that refuses; `retryInMs` is when it may let through. */
  | { allowed: false; by: 'gate' | 'counter'; name: string; retryInMs: number };

/** After a gate has opened, only cancels and queries pass for this long: the return is gradual. */
export const RAMP_MS = 2_000;

/**
 * What this process knows of the fleet's budgets: a mirror that refuses without asking, and the only guard when Redis
 * does not answer.
 */
export class LocalBudget {
  readonly #counts = new Map<string, { window: number; used: number }>();
  /** Gate to the moment it opens, ms on the monotonic clock. */
  readonly #gates = new Map<string, number>();
  readonly #monotonic: () => number;

  constructor(monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
  }

  close(gate: string, ms: number): void {
    this.#gates.set(gate, Math.max(this.#gates.get(gate) ?? 0, this.#monotonic() + ms));
  }

  checkGates(gates: readonly string[], urgent: boolean): Verdict {
    for (const name of gates) {
      const opensAt = this.#gates.get(name);
      if (opensAt === undefined) continue;
      const left = opensAt - this.#monotonic() + (urgent ? 0 : RAMP_MS);
      if (left > 0) return { allowed: false, by: 'gate', name, retryInMs: Math.ceil(left) };
    }
    return { allowed: true };
  }

  /** Takes from all counters or none. `share` scales the limits. */
  take(counters: readonly Counter[], time: number, share: number): Verdict {
    for (const { name, windowMs, amount, limit } of counters) {
      if (this.used(name, windowMs, time) + amount > limit * share) {
        return { allowed: false, by: 'counter', name, retryInMs: windowLeft(time, windowMs) };
      }
    }
    for (const { name, windowMs, amount } of counters) {
      this.atLeast(name, windowMs, time, this.used(name, windowMs, time) + amount);
    }
    return { allowed: true };
  }

  used(name: string, windowMs: number, time: number): number {
    const count = this.#counts.get(name);
    return count?.window === windowAt(time, windowMs) ? count.used : 0;
  }

  /** Raises what is known to be used. @returns whether that was news. */
  atLeast(name: string, windowMs: number, time: number, used: number): boolean {
    if (used <= this.used(name, windowMs, time)) return false;
    this.#counts.set(name, { window: windowAt(time, windowMs), used });
    return true;
  }
}
