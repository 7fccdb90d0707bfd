/** A live node as seen from the runs of one queue. */
export interface Member {
  capacity: number;
  /** Runs of this queue it hosts now. */
  hosted: number;
  /** Its other runs. */
  others: number;
  /** Whether it takes runs; one that does not keeps what it has. */
  accepts: boolean;
  /** Whether its runs are on their way to other nodes. */
  leaving: boolean;
}

/** Share of a queue's runs a node should host, and when it has so many that some had better move. */
export interface Share {
  /** Takes runs while it hosts fewer than this. */
  admitBelow: number;
  /** Gives runs away once it hosts more than this… */
  shedAbove: number;
  /** …until so many are left. */
  shedTo: number;
}

const ALL: Share = { admitBelow: Infinity, shedAbove: Infinity, shedTo: Infinity };
/** Imbalance that is not worth a move. */
const TOLERANCE = 1.05;

/**
 * The share of a queue's runs that evens out the load per capacity over the nodes that take runs.
 *
 * The shares of all nodes together are never less than what is to be hosted, and a node takes one more than its share:
 * counts are a second old, and a single start must not wait for the next.
 * @param self this node, counted as if it took runs
 * @param total runs of the queue, hosted or waiting
 */
export function fairShare(self: Member, peers: readonly Member[], total: number): Share {
  const takers = [self, ...peers.filter((peer) => peer.accepts)];
  if (takers.length === 1) return ALL;
  const kept = peers
    .filter((peer) => !peer.accepts && !peer.leaving)
    .reduce((sum, peer) => sum + peer.hosted, 0);
  const load = takers.reduce((sum, node) => sum + node.others, Math.max(0, total - kept));
  const capacity = takers.reduce((sum, node) => sum + node.capacity, 0);
  const share = Math.max(0, (load * self.capacity) / capacity - self.others);
  return {
    admitBelow: Math.ceil(share) + 1,
    shedAbove: Math.ceil(share * TOLERANCE),
    shedTo: Math.ceil(share),
  };
}
