export * from './common.js';
export * from './account.js';
export * from './strategy.js';
export * from './trading.js';
export * from './events.js';
export * from './health.js';
export * from './errors.js';
export * from './venue-query.js';
