import type { Placement } from '../../schema/placement.js';
import { queues } from './keys.js';

/** Placement as the strategy's row holds it. */
export interface StoredPlacement {
  workerName: string | null;
  /** Comma-separated. */
  labels: string;
}

/** What a node offers. */
export interface NodeOffer {
  name: string;
  labels: readonly string[];
}

export function storedLabels(labels: readonly string[]): string {
  return [...labels].sort().join(',');
}

export function placementOf({ workerName, labels }: StoredPlacement): Placement {
  return { workerName, labels: labels === '' ? [] : labels.split(',') };
}

export function nodeQueue(name: string): string {
  return `${queues.runs}-node-${name}`;
}

export function labelQueue(label: string): string {
  return `${queues.runs}-label-${label}`;
}

/**
 * The queue a strategy's run waits in. Several labels wait in the queue of the first: nodes that have it but not the
 * others send the run back.
 */
export function runQueueOf({ workerName, labels }: Placement): string {
  if (workerName !== null) return nodeQueue(workerName);
  const [first] = [...labels].sort();
  return first === undefined ? queues.runs : labelQueue(first);
}

/** Every queue a node takes runs from; the first is the common one. */
export function queuesOfNode({ name, labels }: NodeOffer): string[] {
  return [queues.runs, nodeQueue(name), ...labels.map(labelQueue)];
}

/** Whether a node may run a strategy. */
export function isPlacedOn({ workerName, labels }: Placement, node: NodeOffer): boolean {
  if (workerName !== null && workerName !== node.name) return false;
  return labels.every((label) => node.labels.includes(label));
}
