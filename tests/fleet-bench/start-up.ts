import { parseClientOrderId } from '@gridfleet/shared/domain';
import { GridFleet } from '../harness/grid-fleet.js';
import type { LedgerAccount } from '../harness/simulator.js';
import { waitUntil } from '../harness/wait.js';
import { INSPECTED } from '../harness/inspector.js';
import { print, spreadOf } from './figures.js';
import { profiled } from './profiled.js';
import { WALKED_GRID } from './walk.js';

/** Started one by one before all others at once. */
const SINGLE = 20;
const FIRST_ORDER_MS = 10_000;
const STARTED_MS = 120_000;
const ACCOUNTS = 100;

/** When the exchange took the first order of each strategy, ms since epoch. */
async function firstOrders(fleet: GridFleet): Promise<Map<number, number>> {
  const { body } = await fleet.simulator.control.get<{ accounts: LedgerAccount[] }>('/_sim/ledger');
  const first = new Map<number, number>();
  for (const { clientOrderId, time } of body.accounts.flatMap(({ orders }) => orders)) {
    const id = parseClientOrderId(clientOrderId)?.strategyId;
    if (id !== undefined) first.set(id, Math.min(time, first.get(id) ?? Infinity));
  }
  return first;
}

/** From POST to the first order at the exchange: strategies started one by one, then all others at once, ms. */
export async function startUp(strategies: number): Promise<void> {
  const fleet = await GridFleet.open({
    markets: 20,
    accounts: ACCOUNTS,
    strategies: strategies + SINGLE,
    params: WALKED_GRID,
    prices: 'manual:100',
    env: { LOG_LEVEL: 'warn' },
  });
  try {
    const node = await fleet.startNode('a', INSPECTED);
    await fleet.create();
    const single = fleet.ids.slice(0, SINGLE);
    const took: number[] = [];
    for (const id of single) {
      const posted = Date.now();
      await fleet.api.post(`/api/strategies/${id}/start`);
      const at = await waitUntil(async () => (await firstOrders(fleet)).get(id), {
        timeoutMs: FIRST_ORDER_MS,
        what: 'the first order',
        everyMs: 20,
      });
      took.push(at - posted);
    }
    print({ bench: 'start of one strategy, POST to first order at the exchange', ms: spreadOf(took) });
    const rest = fleet.ids.slice(SINGLE);
    const posted = Date.now();
    let answeredMs = 0;
    let first = new Map<number, number>();
    await profiled(node, `start-up-${strategies}`, async () => {
      const path = '/api/strategies/batch/start';
      const { status } = await fleet.api.post(path, { strategyIds: rest }, STARTED_MS);
      answeredMs = Date.now() - posted;
      if (status !== 200) throw new Error(`the start was refused with ${status}`);
      first = await waitUntil(
        async () => {
          const seen = await firstOrders(fleet);
          return rest.every((id) => seen.has(id)) ? seen : null;
        },
        { timeoutMs: STARTED_MS, what: 'every strategy to have an order', everyMs: 1_000 },
      );
    });
    print({
      bench: 'start of many at once, POST to first order at the exchange',
      strategies: rest.length,
      answeredMs,
      ms: spreadOf(rest.map((id) => (first.get(id) ?? Infinity) - posted)),
    });
  } finally {
    await fleet.close();
  }
}
