import { command, get } from './client.js';
import type { Health, List, WorkerInfo } from './types.js';

/** A node; what it takes part in and its labels are told by nodes that can be drained. */
export type NodeInfo = WorkerInfo & {
  state?: 'ready' | 'busy' | 'full' | 'draining' | 'drained';
  /** Comma-separated. */
  labels?: string | null;
};

export const listWorkers = (signal?: AbortSignal) => get<List<NodeInfo>>('/api/workers', signal);

/** Makes a node give its strategies to others and take none. */
export const drainWorker = (name: string) =>
  command<NodeInfo>('POST', `/api/workers/${encodeURIComponent(name)}/drain`);

export const undrainWorker = (name: string) =>
  command<NodeInfo>('POST', `/api/workers/${encodeURIComponent(name)}/undrain`);

export const getHealth = (signal?: AbortSignal) => get<Health>('/health', signal);
