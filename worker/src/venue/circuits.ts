import type { Reason, Side } from '@gridfleet/shared/domain';
import { codeInfo } from './error-catalogue.js';

/** Identical refusals in a row that open a circuit. */
const OPENS_AFTER = 3;
/** First and longest time a circuit stays open, ms; it doubles with each probe that is refused. */
const FIRST_MS = 60_000;
const LONGEST_MS = 15 * 60_000;
/** A probe that nobody concluded counts as lost after this long, ms. */
const PROBE_MS = 30_000;

interface Circuit {
  refusals: number;
  /** Times it was opened without an acceptance in between. */
  openings: number;
  /** Monotonic; 0 while closed. */
  opensAt: number;
  probingUntil: number;
  reason: Reason;
}

export interface OpenCircuit {
  reason: Reason;
  retryInMs: number;
}

/**
 * Stops asking for what is refused again and again: three identical refusals of one side of a market hold back the
 * next orders of that side, then one probe at a time tells whether the cause is gone. Refusals that depend on one
 * order's price do not count. Kept for one account by each process.
 */
export class Circuits {
  readonly #circuits = new Map<string, Circuit>();
  readonly #monotonic: () => number;

  constructor(monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
  }

  /** The circuit that holds back an order now; null lets it through, as the probe if one is due. */
  check(market: string, side: Side): OpenCircuit | null {
    const now = this.#monotonic();
    for (const circuit of this.#of(market, side)) {
      if (circuit.opensAt === 0) continue;
      const until = Math.max(circuit.opensAt, circuit.probingUntil);
      if (now < until) return { reason: circuit.reason, retryInMs: Math.ceil(until - now) };
      circuit.probingUntil = now + PROBE_MS;
    }
    return null;
  }

  accepted(market: string, side: Side): void {
    for (const key of this.#circuits.keys()) {
      if (key.startsWith(`${market}|${side}|`)) this.#circuits.delete(key);
    }
  }

  /** @returns whether this refusal opened the circuit. */
  refused(market: string, side: Side, reason: Reason): boolean {
    if (codeInfo(reason.code).repeats !== true) return false;
    const key = `${market}|${side}|${reason.code}`;
    const circuit = this.#circuits.get(key) ?? {
      refusals: 0,
      openings: 0,
      opensAt: 0,
      probingUntil: 0,
      reason,
    };
    this.#circuits.set(key, circuit);
    circuit.refusals += 1;
    circuit.reason = reason;
    const now = this.#monotonic();
    // Orders that were under way together when it opened do not make it longer.
    if (circuit.refusals < OPENS_AFTER || now < circuit.opensAt) return false;
    circuit.opensAt = now + Math.min(FIRST_MS * 2 ** circuit.openings, LONGEST_MS);
    circuit.openings += 1;
    circuit.probingUntil = 0;
    return true;
  }

  #of(market: string, side: Side): Circuit[] {
    const prefix = `${market}|${side}|`;
    return [...this.#circuits].filter(([key]) => key.startsWith(prefix)).map(([, circuit]) => circuit);
  }
}
