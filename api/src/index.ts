export { buildApp } from './app.js';
export { runApi } from './run-api.js';
export type { ApiDeps } from './deps.js';
export type { RunQueue } from './runs/run-queue.js';
export type { VenueQueryClient } from './venue-queries/client.js';
