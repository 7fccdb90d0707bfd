export { startSimulator } from './simulator.js';
export type { Simulator, SimulatorOptions } from './simulator-options.js';
export { runSimulator, SIMULATOR_USAGE, UsageError } from './main.js';
export type { AccountSpec } from './account/accounts.js';
export type { AccountReport, LedgerReport } from './ledger/report.js';
export type { DepositRecord, FillRecord, OrderRecord } from './ledger/records.js';
export type { VenueLimits } from './venue/limits.js';
export { parseMarketSpec, type MarketSpec } from './market/market-spec.js';
