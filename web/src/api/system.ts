import { get } from './client.js';
import type { Health, List, Venue, WorkerInfo } from './types.js';

export const listWorkers = (signal?: AbortSignal) => get<List<WorkerInfo>>('/api/workers', signal);

export const listVenues = (signal?: AbortSignal) => get<List<Venue>>('/api/venues', signal);

export const getHealth = (signal?: AbortSignal) => get<Health>('/health', signal);
