import { NO_COUNTERS, type Counters, type Logger, type Redis } from '@gridfleet/shared/infra';
import { Coalescer } from '../util/coalesce.js';
import { withDeadline } from '../util/deadline.js';
import { LocalBudget, RAMP_MS, type Counter, type Verdict } from './local-budget.js';
import { runScripts, type ScriptCall, type ScriptReply } from './script-runner.js';
import { CLOSE, RAISE, TAKE } from './scripts.js';
import { windowAt, windowLeft } from './windows.js';

/** Longest wait for Redis: a request must not be late because of its own limiter. */
const REDIS_MS = 300;
/** After Redis failed to answer it is not asked again for this long. */
const REDIS_PAUSE_MS = 1_000;
/** Part of a budget a process grants itself while it cannot see what the others use. */
const ALONE_SHARE = 0.5;

export interface TakeRequest {
  gates: readonly string[];
  counters: readonly Counter[];
  /** Cancels and queries pass first when a gate has opened again. */
  urgent: boolean;
}

/**
 * Budgets and gates shared by all processes through Redis. When Redis does not answer, the local mirror decides: a
 * closed gate stays closed, and the process takes half of each budget at most.
 */
export class FleetBudget {
  readonly #log: Logger;
  readonly #local: LocalBudget;
  readonly #monotonic: () => number;
  readonly #scripts: Coalescer<ScriptCall, ScriptReply>;
  #redisAgainAt = 0;

  constructor(
    redis: Redis,
    log: Logger,
    monotonic: () => number = () => performance.now(),
    readonly metrics: Counters = NO_COUNTERS,
  ) {
    this.#scripts = new Coalescer((calls) => runScripts(redis, calls), {
      size: Infinity,
      parallel: Infinity,
    });
    this.#log = log;
    this.#monotonic = monotonic;
    this.#local = new LocalBudget(monotonic);
  }

  /** @param time the exchange's time, ms: windows are aligned to its clock. */
  async take(request: TakeRequest, time: number): Promise<Verdict> {
    const { gates, counters, urgent } = request;
    const closed = this.#local.checkGates(gates, urgent);
    if (!closed.allowed) return closed;
    const answer = await this.#ask<number[]>(
      TAKE,
      [...gates, ...counters.map((counter) => keyOf(counter, time))],
      [
        gates.length,
        RAMP_MS,
        urgent ? 1 : 0,
        ...counters.flatMap(({ amount, limit, windowMs }) => [amount, Math.floor(limit), 2 * windowMs]),
      ],
    );
    if (answer === null) return this.#local.take(counters, time, ALONE_SHARE);
    const [kind, first = 0, second = 0] = answer;
    if (kind === 1) {
      const name = gates[second - 1] ?? '';
      this.#local.close(name, urgent ? first : first - RAMP_MS);
      return { allowed: false, by: 'gate', name, retryInMs: first };
    }
    if (kind === 2) {
      const counter = counters[first - 1];
      if (counter === undefined) throw new RangeError('the budget script named no counter');
      this.#local.atLeast(counter.name, counter.windowMs, time, second);
      const retryInMs = windowLeft(time, counter.windowMs);
      return { allowed: false, by: 'counter', name: counter.name, retryInMs };
    }
    for (const [index, { name, windowMs }] of counters.entries()) {
      this.#local.atLeast(name, windowMs, time, answer[index + 1] ?? 0);
    }
    return { allowed: true };
  }

  /** The exchange says how much of a window is used; what it knows beyond ours is taken over. */
  async raise(counter: Pick<Counter, 'name' | 'windowMs'>, used: number, time: number): Promise<void> {
    if (!this.#local.atLeast(counter.name, counter.windowMs, time, used)) return;
    await this.#ask(RAISE, [keyOf(counter, time)], [used, 2 * counter.windowMs]);
  }

  /** Closes a gate for every process; this one keeps it closed even when Redis forgets. */
  async close(gate: string, ms: number, reason: string): Promise<void> {
    this.#local.close(gate, ms);
    this.#log.warn({ gate, ms, reason }, 'a gate to an exchange is closed');
    await this.#tell(gate, reason, this.#monotonic() + ms);
  }

  /** Tells the others of a closed gate, again until Redis has heard it or the gate has opened. */
  async #tell(gate: string, reason: string, until: number): Promise<void> {
    const ms = until - this.#monotonic();
    if (ms <= 0) return;
    if ((await this.#ask(CLOSE, [gate], [reason, Math.ceil(ms) + RAMP_MS])) !== null) return;
    const again = (): void => {
      this.#tell(gate, reason, until).catch((error: unknown) => {
        this.#log.error({ err: error, gate }, 'a closed gate could not be told to the other nodes');
      });
    };
    setTimeout(again, REDIS_PAUSE_MS).unref();
  }

  async #ask<T>(
    script: string,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<T | null> {
    if (this.#monotonic() < this.#redisAgainAt) return null;
    try {
      const asked = this.#scripts.ask({ script, keys, args }).then(({ error, value }) => {
        if (error !== null) throw error;
        return value;
      });
      return (await withDeadline(asked, REDIS_MS, 'the request budget')) as T;
    } catch (error) {
      this.#redisAgainAt = this.#monotonic() + REDIS_PAUSE_MS;
      this.#log.warn({ err: error }, 'Redis does not answer for budgets; this node counts alone');
      return null;
    }
  }
}

function keyOf({ name, windowMs }: Pick<Counter, 'name' | 'windowMs'>, time: number): string {
  return `${name}:${windowAt(time, windowMs)}`;
}
