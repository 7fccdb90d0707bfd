import type { GridFleet } from '../harness/grid-fleet.js';

/** Tenths of a percent away from 100, there and back. */
const HALF_WAY = [-1, -3, -5, -7, -9, -11, -9, -7, -5, -3, -1];
const TENTHS = [...HALF_WAY, ...HALF_WAY.map((step) => -step)];

/** A grid of ten cells to each side of 100 that these walks go through: each step fills one order of each grid. */
export const WALKED_GRID = {
  lower: '98',
  upper: '102',
  levels: 21,
  quantity: { mode: 'base', value: '1' },
};

/** All markets walk so that about so many orders fill in a second; they start one after the other. */
export async function walkAll(fleet: GridFleet, fillsPerSecond: number): Promise<void> {
  const stepMs = Math.round((fleet.ids.length / fillsPerSecond) * 1_000);
  for (const [place, symbol] of fleet.symbols.entries()) {
    const shift = Math.round((place * stepMs) / fleet.symbols.length);
    const steps = TENTHS.map((step, index) => {
      const total = 1_000 + step;
      const price = `${Math.trunc(total / 10)}.${total % 10}`;
      return { afterMs: index === 0 ? stepMs + shift : stepMs, price };
    });
    const { status, body } = await fleet.simulator.control.post('/_sim/script', {
      symbol,
      steps,
      loop: true,
    });
    if (status !== 200) throw new Error(`${symbol} does not walk: ${JSON.stringify(body)}`);
  }
}
