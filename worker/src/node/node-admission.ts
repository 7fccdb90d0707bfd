import type { Share } from './fair-share.js';

/** Above this share of a busy event loop no further run is taken. */
export const MAX_UTILISATION = 0.7;
/** A run that the others, whose turn it is, have not taken for this long is taken out of turn, ms. */
const OUT_OF_TURN_MS = 5_000;
/** A run given away for balance is not taken back for this long, ms. */
const NOT_BACK_MS = 5_000;
/** Runs nobody asks about any more are forgotten after this long, ms. */
const FORGET_MS = 30_000;

export type Verdict = { take: true; isForced: boolean } | { take: false; why: 'full' | 'busy' | 'share' };

export interface NodeRoom {
  capacity: number;
  running: number;
  hostedOfQueue: number;
  utilisation: number;
  share: Share;
}

/** Whether this node takes a run that is offered to it. */
export class NodeAdmission {
  /** When a run was first left to the others, monotonic ms. */
  readonly #left = new Map<string, number>();
  /** When a run was given away, monotonic ms. */
  readonly #given = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  judge(jobId: string, room: NodeRoom): Verdict {
    const now = this.#now();
    if (room.running >= room.capacity) return { take: false, why: 'full' };
    if (room.utilisation > MAX_UTILISATION) return { take: false, why: 'busy' };
    const isBack = now - (this.#given.get(jobId) ?? -Infinity) < NOT_BACK_MS;
    if (!isBack && room.hostedOfQueue < room.share.admitBelow) {
      this.#left.delete(jobId);
      return { take: true, isForced: false };
    }
    const since = this.#left.get(jobId);
    if (since === undefined || now - since > FORGET_MS) {
      this.#forgetOld(now);
      this.#left.set(jobId, now);
      return { take: false, why: 'share' };
    }
    if (now - since < OUT_OF_TURN_MS) return { take: false, why: 'share' };
    this.#left.delete(jobId);
    return { take: true, isForced: true };
  }

  /** A run was given away for balance. */
  gave(jobId: string): void {
    this.#given.set(jobId, this.#now());
  }

  #forgetOld(now: number): void {
    for (const map of [this.#left, this.#given]) {
      for (const [id, at] of map) if (now - at > FORGET_MS) map.delete(id);
    }
  }
}
