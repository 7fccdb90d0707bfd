import { queues, type Logger } from '@gridfleet/shared/infra';
import { fairShare, type Member, type Share } from './fair-share.js';
import type { FleetNode, FleetView } from './fleet-view.js';
import type { RunQueues } from './run-queues.js';

/** A look at the fleet is asked for out of turn at most this often, ms. */
const SOON_MS = 200;
const LEAVING: ReadonlySet<string> = new Set(['draining', 'drained']);

export interface SharesDeps {
  fleet: FleetView;
  queues: RunQueues;
  instanceId: string;
  capacity: number;
  /** Runs this node hosts: of one queue, and in all. */
  hosted(queue: string): number;
  running(): number;
  log: Logger;
}

/** How many runs of each queue this node should host, as of the last look at the fleet. */
export class Shares {
  readonly #deps: SharesDeps;
  readonly #totals = new Map<string, number>();
  #looking: Promise<void> | null = null;
  #lookedAt = -Infinity;

  constructor(deps: SharesDeps) {
    this.#deps = deps;
  }

  refresh(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  /** What is known seems to be old. */
  refreshSoon(): void {
    if (performance.now() - this.#lookedAt > SOON_MS) void this.refresh();
  }

  of(queue: string): Share {
    const { fleet, instanceId, capacity } = this.#deps;
    const isCommon = queue === queues.runs;
    const mine = this.#deps.hosted(queue);
    const others = isCommon ? this.#deps.running() - mine : 0;
    const self: Member = { capacity, hosted: mine, others, accepts: true, leaving: false };
    const peers = fleet.nodes
      .filter((node) => node.instanceId !== instanceId && serves(node, queue))
      .map((node) => memberOf(node, isCommon));
    return fairShare(self, peers, this.#totals.get(queue) ?? mine);
  }

  /** Whether there are other nodes for a queue's runs, even if they have no time or room at the moment. */
  hasOthers(queue: string): boolean {
    const { fleet, instanceId } = this.#deps;
    return fleet.nodes.some(
      (node) => node.instanceId !== instanceId && serves(node, queue) && !LEAVING.has(node.state),
    );
  }

  /** Other nodes that take runs of a queue. */
  takers(queue: string): readonly FleetNode[] {
    const { fleet, instanceId } = this.#deps;
    return fleet.nodes.filter(
      (node) => node.instanceId !== instanceId && serves(node, queue) && node.state === 'ready',
    );
  }

  async #look(): Promise<void> {
    const { fleet, queues: runQueues, log } = this.#deps;
    this.#lookedAt = performance.now();
    await fleet.refresh();
    for (const name of runQueues.sharedNames) {
      try {
        this.#totals.set(name, await runQueues.count(name));
      } catch (error) {
        log.warn({ err: error, queue: name }, 'the runs of a queue could not be counted');
      }
    }
  }
}

function serves({ labels }: FleetNode, queue: string): boolean {
  if (queue === queues.runs) return true;
  return (labels?.split(',') ?? []).some((label) => queue === `${queues.runs}-label-${label}`);
}

function memberOf(node: FleetNode, isCommon: boolean): Member {
  return {
    capacity: node.capacity,
    hosted: isCommon ? node.commonRuns : 0,
    others: isCommon ? node.running - node.commonRuns : 0,
    accepts: node.state === 'ready',
    leaving: LEAVING.has(node.state),
  };
}
