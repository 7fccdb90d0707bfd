import type { TestSimulator } from '../../harness/simulator.js';

/** A market of the lab: its price walks up and down through the range of a grid, again and again. */
export interface LabMarket {
  /** As the simulator names it. */
  symbol: string;
  /** As the platform names it. */
  name: string;
  base: string;
}

/** Fine steps, so that what a fee in base leaves of a quantity can be sold. */
const BASES = [
  ...['BTC', 'ETH', 'SOL', 'LTC', 'LINK', 'AVAX', 'DOT'],
  ...['BNB', 'BCH', 'ETC', 'UNI', 'FIL', 'ATOM', 'ZEC'],
];

export const LAB_MARKETS: readonly LabMarket[] = BASES.map((base) => ({
  symbol: `${base}USDT`,
  name: `${base}/USDT`,
  base,
}));

/** Every market begins here; the grids of the lab reach 1 % to each side in ten cells. */
export const MIDDLE = '100';
export const GRID = { lower: '99', upper: '101', levels: 11, quantity: { mode: 'base', value: '1' } };

/** Tenths of a percent away from the middle, from one turn to the next. */
const HALF_WAY = [-1, -3, -5, -7, -9, -11, -9, -7, -5, -3, -1];

/** How the simulator is told of the markets. */
export const marketFlags = (): string[] => LAB_MARKETS.map(({ symbol }) => `${symbol}=manual:${MIDDLE}`);

function priceAt(tenths: number): string {
  const total = 1_000 + tenths;
  return `${Math.trunc(total / 10)}.${total % 10}`;
}

/** Lets a market walk: down through the buys, up through the sells. One round is 22 steps. */
export async function walk(simulator: TestSimulator, symbol: string, stepMs: number): Promise<void> {
  const tenths = [...HALF_WAY, ...HALF_WAY.map((step) => -step)];
  const steps = tenths.map((step) => ({ afterMs: stepMs, price: priceAt(step) }));
  const { status, body } = await simulator.control.post('/_sim/script', { symbol, steps, loop: true });
  if (status !== 200) throw new Error(`${symbol} does not walk: ${JSON.stringify(body)}`);
}
