import type { Reason } from '@gridfleet/shared/domain';
import { isPlacedOn } from '@gridfleet/shared/infra';
import type { Placement } from '@gridfleet/shared/schema';
import type { FleetNode } from './fleet-view.js';

/** Why no node takes a run, as far as the fleet's looks tell; null when one should at any moment. */
export function waitingReason(placement: Placement, nodes: readonly FleetNode[]): Reason | null {
  if (nodes.length === 0) return { code: 'NO_NODE', message: 'No worker node is alive.' };
  const { workerName, labels } = placement;
  const fitting = nodes.filter((node) =>
    isPlacedOn(placement, { name: node.name, labels: node.labels?.split(',') ?? [] }),
  );
  if (fitting.length === 0) {
    if (workerName !== null) {
      const lacks = nodes.some((node) => node.name === workerName);
      const message = lacks
        ? `It is pinned to node "${workerName}", which does not have the labels ${labels.join(', ')}.`
        : `It is pinned to node "${workerName}", which is not alive.`;
      return { code: 'PINNED_NODE_ABSENT', message };
    }
    return { code: 'LABELS_ABSENT', message: `No living node has the labels ${labels.join(', ')}.` };
  }
  if (fitting.some((node) => node.state === 'ready')) return null;
  const names = fitting.map((node) => `${node.name} (${node.state})`).join(', ');
  const isDraining = fitting.every((node) => node.state === 'draining' || node.state === 'drained');
  return isDraining
    ? { code: 'NODES_DRAINING', message: `The nodes that may run it are being drained: ${names}.` }
    : { code: 'NO_CAPACITY', message: `No node has room for it: ${names}.` };
}
