export { runWorker } from './main.js';
// Parts of the order path, for measurements.
export { Batch } from './run/batch.js';
export { firstStep, stepAll, type RunFrame, type RunMemory } from './run/step.js';
export { StepStore, type CommittedStep } from './run/step-store.js';
export { addNewState, stepStatements } from './run/step-writer.js';
export { createBinance } from './venue/ccxt/binance-client.js';
export type { HookedBinance } from './venue/ccxt/hooked-binance.js';
export { loadBinance } from './venue/ccxt/load-ccxt.js';
