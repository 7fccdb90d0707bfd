import type { Logger } from '@gridfleet/shared/infra';
import type { HandOver } from './hand-over.js';
import type { Shares } from './shares.js';

const EVERY_MS = 1_000;
/** Runs moved in one pass at most: moves cost the nodes that take them. */
const MOST_AT_ONCE = 50;
/** A node this busy for so many passes in a row gives some of its runs to an idler one. */
const OVERLOADED = 0.85;
const PATIENCE = 10;
const RELIEF = 0.05;

export interface BalancerDeps {
  shares: Shares;
  handOver: HandOver;
  queueNames(): readonly string[];
  /** Strategies hosted of a queue that may move, the newest first. */
  movable(queue: string): readonly number[];
  utilisation(): number;
  isLeaving(): boolean;
  log: Logger;
}

/** Gives runs away when this node has more than its share, as after another one joined, or more than it can carry. */
export class Balancer {
  readonly #deps: BalancerDeps;
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #isBusy = false;
  #overloaded = 0;

  constructor(deps: BalancerDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#pass(), EVERY_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#stop.abort();
  }

  async #pass(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      await this.#deps.shares.refresh();
      if (!this.#deps.isLeaving()) for (const queue of this.#deps.queueNames()) await this.#shed(queue);
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'runs could not be balanced');
    } finally {
      this.#isBusy = false;
    }
  }

  async #shed(queue: string): Promise<void> {
    const { shares, handOver, log } = this.#deps;
    const takers = shares.takers(queue);
    if (takers.length === 0) return;
    const candidates = this.#deps.movable(queue);
    const { shedAbove, shedTo } = shares.of(queue);
    const surplus = candidates.length > shedAbove ? candidates.length - shedTo : 0;
    const count = Math.min(MOST_AT_ONCE, surplus > 0 ? surplus : this.#relief(candidates.length, takers));
    if (count === 0) return;
    log.info({ queue, count, hosted: candidates.length }, 'giving runs to other nodes');
    const chosen = candidates.slice(0, count);
    await handOver.give(chosen, 'another node has room for it', this.#stop.signal, () =>
      Promise.resolve(true),
    );
  }

  /** What to give away for want of time, when a node is there that has some. */
  #relief(hosted: number, takers: readonly { eventLoopUtilisation: number }[]): number {
    const load = this.#deps.utilisation();
    this.#overloaded = load > OVERLOADED ? this.#overloaded + 1 : 0;
    if (this.#overloaded < PATIENCE) return 0;
    if (!takers.some((taker) => taker.eventLoopUtilisation < load / 2)) return 0;
    this.#overloaded = 0;
    return Math.ceil(hosted * RELIEF);
  }
}
