import { redisKeys } from '@gridfleet/shared/infra';
import { NotSentError, type VenueError } from '../venue/venue-error.js';
import type { FleetBudget } from './fleet-budget.js';
import type { Counter } from './local-budget.js';
import { requestCost } from './request-cost.js';
import {
  limitOf,
  LOOK_SHARE,
  ORDER_SHARE,
  WEIGHT_SHARE,
  windowAt,
  windowLength,
  type Limit,
} from './windows.js';

/** Limits of an exchange's API until it tells its own (exchangeInfo). */
export interface VenueLimits {
  weight: Limit;
  orders: readonly Limit[];
}

export const SPOT_LIMITS: VenueLimits = {
  weight: limitOf('1m', 6_000),
  orders: [limitOf('10s', 100), limitOf('1d', 200_000)],
};
export const LINEAR_LIMITS: VenueLimits = {
  weight: limitOf('1m', 2_400),
  orders: [limitOf('10s', 300), limitOf('1m', 1_200)],
};

/** WebSocket connections an address may open. */
const CONNECTIONS = limitOf('5m', 300);

/** How long a gate stays closed when the exchange does not say: a minute for 429, two for a ban. */
const CLOSED_MS = { TOO_MANY_REQUESTS: 60_000, VENUE_BANNED: 120_000, VENUE_FORBIDDEN: 60_000 } as const;
/** A refused order count without Retry-After ends with its window. */
const ORDERS_CLOSED_MS = 10_000;

export interface GateAnswer {
  url: string;
  /** Header names in any case. */
  headers: Readonly<Record<string, unknown>>;
  failure: VenueError | null;
  /** Parsed body, null when it is no JSON. */
  body: unknown;
  /** The exchange's time when the request was sent, ms. */
  sentAt: number;
}

/**
 * What every request to one venue passes: a gate for all nodes, the request weight of this egress address, and the order
 * counts of an account. Limits are the exchange's own, corrected by the headers of each answer.
 */
export class VenueGate {
  readonly #budget: FleetBudget;
  readonly #scope: string;
  readonly #egress: string;
  readonly #time: () => number;
  #limits: VenueLimits;
  /** Whether the exchange has told its limits to this process. */
  #isTold = false;

  /**
   * @param scope venue and environment, e.g. "binance:live"
   * @param egress address requests leave from, as the exchange sees it; nodes behind one address share its budget
   * @param time the exchange's time, ms
   */
  constructor(budget: FleetBudget, scope: string, egress: string, limits: VenueLimits, time: () => number) {
    this.#budget = budget;
    this.#scope = scope;
    this.#egress = egress;
    this.#limits = limits;
    this.#time = time;
  }

  /** Request weight an address may use, as the exchange says. */
  get weight(): Limit {
    return this.#limits.weight;
  }

  /** Takes what a request costs. @throws NotSentError with the time when it may pass. */
  async pass(method: string, url: string, account: string | null): Promise<void> {
    const cost = requestCost(method, url);
    const time = this.#time();
    const counters: Counter[] = [];
    if (cost.weight > 0) {
      const { limit, window, windowMs } = this.#limits.weight;
      counters.push({
        name: this.#weightKey(window),
        windowMs,
        amount: cost.weight,
        // What others have used says nothing yet: asking for the limits must not fail for them.
        limit:
          !this.#isTold && asksForLimits(url) ? Number.MAX_SAFE_INTEGER : limit * WEIGHT_SHARE[cost.urgency],
      });
    }
    if (cost.orders > 0 && account !== null) {
      for (const { limit, window, windowMs } of this.#limits.orders) {
        counters.push({
          name: this.#orderKey(account, window),
          windowMs,
          amount: cost.orders,
          limit: limit * ORDER_SHARE,
        });
      }
    }
    const gates = [this.#ipGate()];
    if (cost.orders > 0 && account !== null) gates.push(this.#orderGate(account));
    const verdict = await this.#budget.take({ gates, counters, urgent: cost.urgency === 'cancel' }, time);
    if (verdict.allowed) return;
    const ofOrders = account !== null && verdict.name.includes(`:${account}`);
    const code = verdict.by === 'gate' ? 'GATE_CLOSED' : ofOrders ? 'ORDER_BUDGET' : 'WEIGHT_BUDGET';
    const seconds = Math.ceil(verdict.retryInMs / 1_000);
    throw new NotSentError(
      code,
      `${TEXTS[code]} It may pass in ${seconds} s.`,
      Date.now() + verdict.retryInMs,
    );
  }

  /** Lets a request through whose costs nobody knows. @throws NotSentError while the gate is closed. */
  async enter(urgent: boolean): Promise<void> {
    const verdict = await this.#budget.take({ gates: [this.#ipGate()], counters: [], urgent }, this.#time());
    if (verdict.allowed) return;
    throw new NotSentError('GATE_CLOSED', TEXTS.GATE_CLOSED, Date.now() + verdict.retryInMs);
  }

  /** The venue has asked to wait, or has banned the address: every node waits. */
  async refused(failure: VenueError): Promise<void> {
    await this.#failed(failure, null);
  }

  /**
   * Takes the weight of one periodic look at an account from the share that is kept for them: with many strategies at one
   * address they look less often. What the look asks still passes like every other request.
   * @returns ms until it may begin, 0 for now
   */
  async look(weight: number): Promise<number> {
    const { limit, window, windowMs } = this.#limits.weight;
    const name = redisKeys.budget(this.#scope, this.#egress, `looks:${window}`);
    const counters = [{ name, windowMs, amount: weight, limit: limit * LOOK_SHARE }];
    const verdict = await this.#budget.take(
      { gates: [this.#ipGate()], counters, urgent: false },
      this.#time(),
    );
    return verdict.allowed ? 0 : verdict.retryInMs;
  }

  /** Takes one WebSocket connection. @throws NotSentError when the address has opened too many. */
  async dial(): Promise<void> {
    const { limit, window, windowMs } = CONNECTIONS;
    const name = redisKeys.budget(this.#scope, this.#egress, `connections:${window}`);
    const counters = [{ name, windowMs, amount: 1, limit: limit * ORDER_SHARE }];
    const verdict = await this.#budget.take(
      { gates: [this.#ipGate()], counters, urgent: true },
      this.#time(),
    );
    if (verdict.allowed) return;
    const code = verdict.by === 'gate' ? 'GATE_CLOSED' : 'CONNECTION_BUDGET';
    throw new NotSentError(code, TEXTS[code], Date.now() + verdict.retryInMs);
  }

  /** Learns from an answer: used counts, the limits themselves, and when to close the gate. */
  async answered(answer: GateAnswer, account: string | null): Promise<void> {
    this.#learnLimits(answer);
    const news: Promise<void>[] = [];
    for (const [name, value] of Object.entries(answer.headers)) {
      const used = Number(value);
      const counted = /^x-mbx-(used-weight|order-count)-(\d+[smhd])$/i.exec(name);
      const window = counted?.[2]?.toLowerCase();
      if (counted === null || window === undefined || !Number.isFinite(used)) continue;
      const windowMs = windowLength(window);
      // Counts of a window that has ended meanwhile say nothing about this one.
      if (windowAt(answer.sentAt, windowMs) !== windowAt(this.#time(), windowMs)) continue;
      const isWeight = counted[1]?.toLowerCase() === 'used-weight';
      if (!isWeight && account === null) continue;
      if (isWeight && window === this.#limits.weight.window)
        this.#budget.metrics.set('gridfleet_request_weight_used', { venue: this.#scope }, used);
      const key = isWeight ? this.#weightKey(window) : this.#orderKey(account ?? '', window);
      news.push(this.#budget.raise({ name: key, windowMs }, used, this.#time()));
    }
    if (answer.failure !== null) news.push(this.#failed(answer.failure, account));
    await Promise.all(news);
  }

  async #failed({ code, retryAt }: VenueError, account: string | null): Promise<void> {
    const { metrics } = this.#budget;
    const told = retryAt === null ? null : Math.max(0, retryAt - Date.now());
    if (code === 'TOO_MANY_ORDERS' && account !== null) {
      metrics.count('gridfleet_gate_closures_total', { venue: this.#scope, code });
      await this.#budget.close(this.#orderGate(account), told ?? ORDERS_CLOSED_MS, code);
    } else if (Object.hasOwn(CLOSED_MS, code)) {
      metrics.count('gridfleet_gate_closures_total', { venue: this.#scope, code });
      await this.#budget.close(this.#ipGate(), told ?? CLOSED_MS[code as keyof typeof CLOSED_MS], code);
    }
  }

  #learnLimits({ url, body }: GateAnswer): void {
    if (!asksForLimits(url)) return;
    const rows = (body as { rateLimits?: unknown } | null)?.rateLimits;
    if (!Array.isArray(rows)) return;
    const orders: Limit[] = [];
    let { weight } = this.#limits;
    for (const row of rows as Record<string, unknown>[]) {
      const unit = String(row.interval).charAt(0).toLowerCase();
      const window = `${String(row.intervalNum)}${unit}`;
      const limit = Number(row.limit);
      if (!/^\d+[smhd]$/.test(window) || !(limit > 0)) continue;
      if (row.rateLimitType === 'REQUEST_WEIGHT') weight = limitOf(window, limit);
      if (row.rateLimitType === 'ORDERS') orders.push(limitOf(window, limit));
    }
    this.#budget.metrics.set('gridfleet_request_weight_limit', { venue: this.#scope }, weight.limit);
    this.#limits = { weight, orders: orders.length === 0 ? this.#limits.orders : orders };
    this.#isTold = true;
  }

  #weightKey(window: string): string {
    return redisKeys.budget(this.#scope, this.#egress, `weight:${window}`);
  }

  #orderKey(account: string, window: string): string {
    return redisKeys.budget(this.#scope, account, `orders:${window}`);
  }

  #ipGate(): string {
    return redisKeys.budget(this.#scope, this.#egress, 'gate');
  }

  #orderGate(account: string): string {
    return redisKeys.budget(this.#scope, account, 'gate');
  }
}

/** The exchange's rules hold its limits. */
function asksForLimits(url: string): boolean {
  return /\/exchangeInfo\b/.test(url);
}

const TEXTS = {
  GATE_CLOSED: 'The exchange asked all nodes to wait; nothing was sent.',
  WEIGHT_BUDGET: 'The fleet’s share of the request weight of this minute is used up; nothing was sent.',
  ORDER_BUDGET: 'The account’s share of the order count is used up; nothing was sent.',
  CONNECTION_BUDGET: 'The address has opened as many connections as it may; none was dialled.',
} as const;
