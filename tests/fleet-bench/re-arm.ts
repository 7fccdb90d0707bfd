import { setTimeout as delay } from 'node:timers/promises';
import { GridFleet } from '../harness/grid-fleet.js';
import type { LedgerAccount, LedgerOrder } from '../harness/simulator.js';
import { waitUntil } from '../harness/wait.js';
import { print } from './figures.js';

/** A grid of 100 cells, all below the price of 100: each begins with a BUY. */
const CELLS = 100;
const GRID = {
  lower: '79.5',
  upper: '99.5',
  levels: CELLS + 1,
  quantity: { mode: 'base', value: '1' },
};
/** Below them all. */
const GAP_TO = '79';
/** What the exchange lets an account place: so many orders in each window, windows aligned to its clock. */
const WINDOW_MS = 10_000;
const WINDOW_ORDERS = 100;
/** What the platform uses of it; the rest is room for orders by hand. */
const SHARE = 0.8;
const PATIENCE_MS = 240_000;

async function resting(fleet: GridFleet, side: 'BUY' | 'SELL'): Promise<LedgerOrder[]> {
  const { body } = await fleet.simulator.control.get<{ accounts: LedgerAccount[] }>('/_sim/ledger');
  return body.accounts
    .flatMap(({ orders }) => orders)
    .filter((order) => order.side === side && order.status === 'NEW' && order.clientOrderId.startsWith('gf'));
}

/** When the last of `orders` can rest at the earliest, when so many are let through in each window; ms after `since`. */
function leastMs(orders: number, perWindow: number, since: number): number {
  const later = Math.ceil(orders / perWindow) - 1;
  return later === 0 ? 0 : (Math.floor(since / WINDOW_MS) + later) * WINDOW_MS - since;
}

/**
 * A gap fills every order of grids that share an account: from the gap until all counter orders rest, beside the least
 * that the exchange's limit on orders allows, ms.
 */
export async function reArm(strategies: number): Promise<void> {
  const fleet = await GridFleet.open({
    markets: strategies,
    accounts: 1,
    strategies,
    params: GRID,
    prices: 'manual:100',
    env: { LOG_LEVEL: 'warn' },
  });
  const levels = strategies * CELLS;
  const until = async (side: 'BUY' | 'SELL', what: string): Promise<LedgerOrder[]> =>
    waitUntil(
      async () => {
        const orders = await resting(fleet, side);
        return orders.length === levels ? orders : null;
      },
      { timeoutMs: PATIENCE_MS, what, everyMs: 250 },
    );
  try {
    await fleet.startNode('a');
    await fleet.create();
    await fleet.start();
    await until('BUY', 'every level to be armed');
    // What arming them counted is over with the window it came in.
    await delay(WINDOW_MS * 1.2);
    const gapAt = Date.now();
    for (const symbol of fleet.symbols) {
      const { status } = await fleet.simulator.control.post('/_sim/price', { symbol, price: GAP_TO });
      if (status !== 200) throw new Error(`${symbol} does not fall`);
    }
    const orders = await until('SELL', 'every counter order to rest');
    const tookMs = Math.max(...orders.map(({ time }) => time)) - gapAt;
    const firstWindow = Math.floor(gapAt / WINDOW_MS);
    const inFirst = orders.filter(({ time }) => Math.floor(time / WINDOW_MS) === firstWindow).length;
    const atLimit = leastMs(levels, WINDOW_ORDERS, gapAt);
    const atShare = leastMs(levels, WINDOW_ORDERS * SHARE, gapAt);
    print({
      bench: 'gap to all counter orders resting, one account',
      levels,
      tookMs,
      leastMs: atLimit,
      ratio: Number((tookMs / atLimit).toPrecision(3)),
      leastOfShareMs: atShare,
      ratioOfShare: Number((tookMs / atShare).toPrecision(3)),
      inFirstWindow: inFirst,
    });
  } finally {
    await fleet.close();
  }
}
