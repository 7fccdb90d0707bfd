import { fileURLToPath } from 'node:url';

/** A stretch of a recording and the grid that trades it. */
export interface ParitySession {
  name: string;
  /** As the exchange names it, and as the platform does. */
  symbol: string;
  market: string;
  base: string;
  file: string;
  /** From and to, ms since the first line of the recording. */
  fromMs: number;
  toMs: number;
  rules: { tickSize: string; stepSize: string; minQuantity: string; minNotional: string };
  /** Base for each cell. */
  quantity: string;
}

const data = (name: string): string => fileURLToPath(new URL(`../../../sim/data/${name}`, import.meta.url));
const BTC = {
  symbol: 'BTCUSDT',
  market: 'BTC/USDT',
  base: 'BTC',
  file: data('btcusdt-spot-20240808.jsonl.gz'),
  rules: { tickSize: '0.01', stepSize: '0.00001', minQuantity: '0.00001', minNotional: '5' },
  quantity: '0.005',
};
const ETH = {
  symbol: 'ETHUSDT',
  market: 'ETH/USDT',
  base: 'ETH',
  file: data('ethusdt-spot-20240808.jsonl.gz'),
  rules: { tickSize: '0.01', stepSize: '0.0001', minQuantity: '0.0001', minNotional: '5' },
  quantity: '0.05',
};

export const SESSIONS: readonly [ParitySession, ...ParitySession[]] = [
  { name: 'BTC 1', ...BTC, fromMs: 5_000, toMs: 118_000 },
  { name: 'BTC 2', ...BTC, fromMs: 118_000, toMs: 231_000 },
  { name: 'BTC 3', ...BTC, fromMs: 231_000, toMs: 344_000 },
  { name: 'ETH 1', ...ETH, fromMs: 5_000, toMs: 175_000 },
  { name: 'ETH 2', ...ETH, fromMs: 175_000, toMs: 344_000 },
];

/** Fees of the exchange account: low, so that a step of 0.01 % pays for them. */
export const FEES = { maker: '0.00001', taker: '0.00002' };
export const FUNDS = { quote: '100000', base: '100' };
/** Cells to each side of the start price, each a ten thousandth of it. */
export const CELLS_EACH_SIDE = 15;
