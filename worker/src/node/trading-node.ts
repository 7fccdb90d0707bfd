import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { redisKeys, type Logger, type Redis } from '@gridfleet/shared/infra';
import type { WorkerState } from '@gridfleet/shared/schema';
import type { Balancer } from './balancer.js';
import type { DrainWatch } from './drain-watch.js';
import type { HandOver } from './hand-over.js';
import { MAX_UTILISATION } from './node-admission.js';
import type { NodeRegistry } from './node-registry.js';
import type { PlacementWatch } from './placement-watch.js';
import type { RunHost } from './run-host.js';
import type { RunQueues } from './run-queues.js';
import type { Shares } from './shares.js';

/** A process that is to end gives away at once what it has not given away in batches after this, ms. */
const BATCHES_MS = 40_000;
const EMPTY_EVERY_MS = 20;

const StrategyMessage = Type.Object({ strategyId: Type.Integer() });
const NodeMessage = Type.Object({ node: Type.String() });

export interface NodeDeps {
  name: string;
  capacity: number;
  subscriber: Redis;
  queues: RunQueues;
  shares: Shares;
  host: RunHost;
  handOver: HandOver;
  balancer: Balancer;
  placement: PlacementWatch;
  drain: DrainWatch;
  registry: NodeRegistry;
  utilisation(): number;
  log: Logger;
}

/** The part of a worker process that trades: takes runs, gives them away, and does what operators ask of it. */
export class TradingNode {
  readonly #deps: NodeDeps;
  #leaving: AbortController | null = null;

  constructor(deps: NodeDeps) {
    this.#deps = deps;
  }

  /** Runs it has admitted. */
  get running(): number {
    return this.#deps.host.hosted.size;
  }

  /** What others may expect of this node. */
  state(): WorkerState {
    const { host, capacity } = this.#deps;
    if (host.isLeaving) return host.hosted.size === 0 ? 'drained' : 'draining';
    if (host.hosted.size >= capacity) return 'full';
    return this.#deps.utilisation() > MAX_UTILISATION ? 'busy' : 'ready';
  }

  /** Begins to take runs, unless the node is to be drained. */
  async start(): Promise<void> {
    const { subscriber, queues, shares, balancer, placement, drain } = this.#deps;
    subscriber.on('message', (_channel, text) => this.#control(text));
    await subscriber.subscribe(redisKeys.control);
    await shares.refresh();
    await drain.start();
    await queues.start();
    // A queue must not bring what would only be given back.
    if (this.#leaving !== null) await queues.pause();
    balancer.start();
    placement.start();
  }

  /** Drains, or takes runs again. */
  setDraining(isDraining: boolean): void {
    const { log } = this.#deps;
    log.info({ isDraining }, 'an operator has changed what this node does');
    if (isDraining) {
      this.#leave().catch((error: unknown) => log.error({ err: error }, 'draining failed'));
      return;
    }
    this.#leaving?.abort();
    this.#leaving = null;
    this.#deps.host.open();
    this.#deps.queues.resume();
    this.#announce();
  }

  /** Gives every run back and takes none; returns when all have left. Their orders stay. */
  async stop(): Promise<void> {
    const { queues, balancer, placement, drain } = this.#deps;
    drain.stop();
    balancer.stop();
    placement.stop();
    await this.#leave(AbortSignal.timeout(BATCHES_MS));
    await queues.close();
  }

  /** @param hurry when it aborts, what is left leaves at once; a node that is drained trades on as long as it takes */
  async #leave(hurry?: AbortSignal): Promise<void> {
    const { host, queues, shares, handOver } = this.#deps;
    const leaving = new AbortController();
    this.#leaving?.abort();
    this.#leaving = leaving;
    host.close();
    await queues.pause();
    this.#announce();
    await shares.refresh();
    const all = host.hosted.strategyIds();
    const queueOf = (id: number): string => host.hosted.get(id)?.queue ?? '';
    const movable = all.filter((id) => shares.hasOthers(queueOf(id)));
    // What nobody can take waits the same time wherever it waits.
    for (const id of all) if (!movable.includes(id)) host.release(id, 'node is stopping');
    const signal = hurry === undefined ? leaving.signal : AbortSignal.any([leaving.signal, hurry]);
    const queueNames = [...new Set(movable.map(queueOf))];
    await handOver.give(movable, 'node is stopping', signal, async () => {
      await shares.refresh();
      return queueNames.some((name) => shares.takers(name).length > 0);
    });
    await this.#untilEmpty(leaving.signal);
  }

  /** Runs that were being opened meanwhile leave, too. */
  async #untilEmpty(signal: AbortSignal): Promise<void> {
    const { host } = this.#deps;
    while (host.hosted.size > 0 && !signal.aborted) {
      for (const id of host.hosted.strategyIds()) host.release(id, 'node is stopping');
      await new Promise((resolve) => setTimeout(resolve, EMPTY_EVERY_MS));
    }
  }

  #announce(): void {
    const { registry, log } = this.#deps;
    registry.beat().catch((error: unknown) => log.warn({ err: error }, 'heartbeat failed'));
  }

  #control(text: string): void {
    const { name, host, placement, drain, log } = this.#deps;
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch (error) {
      log.warn({ err: error }, 'unreadable control message');
      return;
    }
    if (Value.Check(StrategyMessage, message)) {
      host.control(message.strategyId);
      if (host.hosted.has(message.strategyId)) placement.look(message.strategyId);
    } else if (Value.Check(NodeMessage, message) && message.node === name) void drain.look();
  }
}
