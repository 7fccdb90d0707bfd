import type { Clock } from '../clock.js';
import { refuse } from './errors.js';

/** Requests during a Retry-After before the address is banned. Binance names no number; a client's last few in flight pass. */
const PATIENCE = 10;

export interface BanLimits {
  /** The first ban, ms; each next one is twice as long. */
  firstBan: number;
  longestBan: number;
}

interface Refusal {
  status: 429 | 418;
  /** Exchange time at which requests are answered again, ms. */
  until: number;
  /** When the address was told, ms. */
  since: number;
  /** Requests that came before that. */
  ignored: number;
}

/**
 * Addresses that must wait: first refused with 429, and banned with 418 when they go on, from 2 minutes up to 3 days
 * (Binance spot REST API, "IP limits").
 */
export class Bans {
  readonly #refusals = new Map<string, Refusal>();
  readonly #banned = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly limits: BanLimits,
  ) {}

  /** How long ago the address was told to wait, ms; undefined when it need not wait now. */
  heldFor(ip: string): number | undefined {
    const refusal = this.#refusals.get(ip);
    const now = this.clock.now();
    return refusal && refusal.until > now ? now - refusal.since : undefined;
  }

  /** Refuses an address for a while. */
  refuse(ip: string, status: 429 | 418, ms: number): void {
    const since = this.clock.now();
    this.#refusals.set(ip, { status, until: since + ms, since, ignored: 0 });
  }

  /** Counts a request of an address that must wait. @throws VenueError 429, or 418 once it went on for too long. */
  check(ip: string): void {
    const refusal = this.#refusals.get(ip);
    const now = this.clock.now();
    if (!refusal || refusal.until <= now) return;
    if (++refusal.ignored >= PATIENCE) {
      const bans = this.#banned.get(ip) ?? 0;
      this.#banned.set(ip, bans + 1);
      const length = Math.min(this.limits.firstBan * 2 ** bans, this.limits.longestBan);
      this.refuse(ip, 418, length);
      throw refuse.banned(now + length, secondsUntil(now, now + length));
    }
    const seconds = secondsUntil(now, refusal.until);
    throw refusal.status === 418 ? refuse.banned(refusal.until, seconds) : refuse.stillRefused(seconds);
  }
}

function secondsUntil(now: number, until: number): number {
  return Math.max(1, Math.ceil((until - now) / 1000));
}
