import type { Share } from './fair-share.js';

/** Above this share of a busy event loop no further run is taken while another node has time. */
export const MAX_UTILISATION = 0.7;
/** So many runs are being opened in a busy node at most before it takes one that begins. */
const MOST_OPENING = 8;
/** And its loop lags no further than this, ms: what it has comes first. */
const BEGINNING_LAG_MS = 500;
/** Beyond this a node that takes more could lose what it has, ms: a lease is renewed with some 3 s to spare. */
const HOPELESS_LAG_MS = 1_000;
/** A run that no node has taken is taken by a busy one after this long, ms. */
const STARVED_MS = 10_000;
/** Shortest time between two such runs, ms: the load of the first must show before the next. */
const STARVED_EVERY_MS = 1_000;
/** A run that the others, whose turn it is, have not taken for this long is taken out of turn, ms. */
const OUT_OF_TURN_MS = 5_000;
/** A run given away for balance is not taken back for this long, ms. */
const NOT_BACK_MS = 5_000;
/** Offers of runs that begin and find no time, in a second: each costs a busy node what it has least of. */
const OFFERS_A_SECOND = 100;
/** Such a run is offered again after this long at least, ms, and at most. */
const OFFERED_AGAIN_MS = [1_000, 15_000] as const;
/** Runs nobody asks about any more are forgotten after this long, ms. */
const FORGET_MS = 30_000;

export type Verdict = { take: true; isForced: boolean } | { take: false; why: 'full' | 'busy' | 'share' };

export interface NodeRoom {
  capacity: number;
  running: number;
  hostedOfQueue: number;
  utilisation: number;
  /** Longest lag of the event loop in the last seconds, ms. */
  lagMs: number;
  /** Runs that are being loaded and reconciled, or wait for their turn. */
  opening: number;
  /** Whether a node has traded the run before: its orders may rest unattended. */
  wasTraded: boolean;
  /** Whether another node takes runs of this queue now. */
  hasTaker: boolean;
  share: Share;
}

/** Whether this node takes a run that is offered to it. */
export class NodeAdmission {
  /** When a run was first left to the others, monotonic ms. */
  readonly #left = new Map<string, number>();
  /** When a run was given away, monotonic ms. */
  readonly #given = new Map<string, number>();
  /** When this node first had no time for a run, monotonic ms. */
  readonly #starved = new Map<string, number>();
  /** When runs that begin last found no time here, monotonic ms. */
  readonly #waiting = new Map<string, number>();
  #starvedAt = -Infinity;
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  judge(jobId: string, room: NodeRoom): Verdict {
    const verdict = this.#judged(jobId, room);
    if (verdict.take) this.#waiting.delete(jobId);
    return verdict;
  }

  #judged(jobId: string, room: NodeRoom): Verdict {
    const now = this.#now();
    if (room.running >= room.capacity) return { take: false, why: 'full' };
    if (room.utilisation > MAX_UTILISATION) {
      // What nobody else could take may move as soon as somebody has time; what others did not take stays.
      return this.#mustTake(jobId, room, now)
        ? { take: true, isForced: room.hasTaker }
        : { take: false, why: 'busy' };
    }
    const isBack = now - (this.#given.get(jobId) ?? -Infinity) < NOT_BACK_MS;
    if (!isBack && room.hostedOfQueue < room.share.admitBelow) {
      this.#left.delete(jobId);
      return { take: true, isForced: false };
    }
    return this.#isOutOfTurn(jobId, now) ? { take: true, isForced: true } : { take: false, why: 'share' };
  }

  /** Whether the others have had long enough to take a run that was left to them. */
  #isOutOfTurn(jobId: string, now: number): boolean {
    const since = this.#left.get(jobId);
    if (since === undefined || now - since > FORGET_MS) {
      this.#forgetOld(now);
      this.#left.set(jobId, now);
      return false;
    }
    if (now - since < OUT_OF_TURN_MS) return false;
    this.#left.delete(jobId);
    return true;
  }

  /**
   * Whether a busy node takes a run because nobody else does. When nobody has time, it takes one that was traded at once,
   * and those that begin a few at a time: beginning itself makes it busy, and its lag tells when it is too much. What those
   * who have time do not take, it takes after some seconds: the exchange may refuse their address.
   */
  #mustTake(jobId: string, room: NodeRoom, now: number): boolean {
    const canFollow = room.lagMs <= HOPELESS_LAG_MS;
    if (room.wasTraded) return canFollow && (!room.hasTaker || this.#isOutOfTurn(jobId, now));
    if (!room.hasTaker && room.opening < MOST_OPENING && room.lagMs <= BEGINNING_LAG_MS) return true;
    return canFollow && this.#isStarved(jobId, now);
  }

  /** Whether a run has waited for long, and it is time to take one of these. */
  #isStarved(jobId: string, now: number): boolean {
    const since = this.#starved.get(jobId);
    if (since === undefined || now - since > FORGET_MS) {
      this.#forgetOld(now);
      this.#starved.set(jobId, now);
      return false;
    }
    if (now - since < STARVED_MS || now - this.#starvedAt < STARVED_EVERY_MS) return false;
    this.#starved.delete(jobId);
    this.#starvedAt = now;
    return true;
  }

  /** When a run that found no time here is to be offered again, ms: where nobody has time, the later the more wait. */
  againInMs(jobId: string, { wasTraded, hasTaker }: Pick<NodeRoom, 'wasTraded' | 'hasTaker'>): number {
    const [least, most] = OFFERED_AGAIN_MS;
    if (wasTraded || hasTaker) return least;
    const now = this.#now();
    if (!this.#waiting.has(jobId)) this.#forgetOld(now);
    this.#waiting.set(jobId, now);
    return Math.min(most, Math.max(least, (this.#waiting.size / OFFERS_A_SECOND) * 1_000));
  }

  /** A run was given away for balance. */
  gave(jobId: string): void {
    this.#given.set(jobId, this.#now());
  }

  #forgetOld(now: number): void {
    for (const map of [this.#left, this.#given, this.#starved, this.#waiting]) {
      for (const [id, at] of map) if (now - at > FORGET_MS) map.delete(id);
    }
  }
}
