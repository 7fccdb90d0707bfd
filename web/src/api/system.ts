import type { SystemHealth } from '@gridfleet/shared/schema';
import { command, get } from './client.js';
import type { Health, List, Venue, WorkerInfo } from './types.js';

export const listWorkers = (signal?: AbortSignal) => get<List<WorkerInfo>>('/api/workers', signal);

/** Makes a node give its strategies to others and take none. */
export const drainWorker = (name: string) =>
  command<WorkerInfo>('POST', `/api/workers/${encodeURIComponent(name)}/drain`);

export const undrainWorker = (name: string) =>
  command<WorkerInfo>('POST', `/api/workers/${encodeURIComponent(name)}/undrain`);

export const listVenues = (signal?: AbortSignal) => get<List<Venue>>('/api/venues', signal);

export const getHealth = (signal?: AbortSignal) => get<Health>('/health', signal);

export type { SystemHealth };

/** Everything the platform stands on. */
export const getSystemHealth = (signal?: AbortSignal) => get<SystemHealth>('/api/health', signal);
