export * from './compose-status.js';
export * from './figures.js';
export * from './live-status.js';
export * from './read-live.js';
export * from './stored-machine.js';
