import { Decimal, parseClientOrderId } from '@gridfleet/shared/domain';
import type { LedgerAccount } from '../../harness/simulator.js';
import type { GridRun } from './grid-run.js';

/** Slots from here on are not cells: the initial purchase, an exit. */
const FIRST_AUXILIARY_SLOT = 500_000;

interface OpenCycle {
  quantity: string;
  gross: string;
  fees: string;
}

/** Adds up by a key. */
class Sums {
  readonly #sums = new Map<string, Decimal>();

  add(key: string, amount: string): void {
    this.#sums.set(key, this.of(key).plus(amount));
  }

  of(key: string): Decimal {
    return this.#sums.get(key) ?? new Decimal(0);
  }

  keys(): IterableIterator<string> {
    return this.#sums.keys();
  }
}

/**
 * I6: each cycle is counted once, the cycles are what the exchange saw sold, and the grid's profit is their sum. A
 * SELL that has filled in part and still rests is a cycle that is open.
 */
export async function cycleViolations(run: GridRun, account: LedgerAccount): Promise<string[]> {
  const found: string[] = [];
  const rows = await run.rows(
    'SELECT slot, generation, part, quantity, net FROM cycle WHERE strategy_id = ?',
  );
  const distinct = new Set(rows.map((row) => `${row['slot']} ${row['generation']} ${row['part']}`));
  const { cycles, profit } = await run.status();
  if (distinct.size !== rows.length || cycles !== rows.length) {
    found.push(
      `I6: ${rows.length} cycles are stored (${distinct.size} distinct), the status counts ${cycles}`,
    );
  }
  const sold = soldByOrder(account);
  const cycled = new Sums();
  let sum = new Decimal(0);
  for (const row of rows) {
    cycled.add(`${row['slot']} ${row['generation']}`, row['quantity'] ?? '');
    sum = sum.plus(row['net'] ?? '');
  }
  for (const { slot, generation, cycle } of await openCycles(run)) {
    cycled.add(`${slot} ${generation}`, cycle.quantity);
    sum = sum.plus(cycle.gross).minus(cycle.fees);
  }
  for (const key of new Set([...sold.keys(), ...cycled.keys()])) {
    const [slot, generation] = key.split(' ');
    if (sold.of(key).eq(cycled.of(key))) continue;
    const amounts = `${sold.of(key).toFixed()} was sold, ${cycled.of(key).toFixed()} is in cycles`;
    found.push(`I6: slot ${slot}, generation ${generation}: ${amounts}`);
  }
  if (profit !== null && !sum.eq(profit.grid)) {
    found.push(`I6: the cycles sum up to ${sum.toFixed()}, the grid's profit is ${profit.grid}`);
  }
  return found;
}

/** What the exchange has sold for each `slot generation` of a cell. */
function soldByOrder(account: LedgerAccount): Sums {
  const sold = new Sums();
  for (const fill of account.fills) {
    const parts = parseClientOrderId(fill.clientOrderId);
    if (parts === null || parts.side !== 'sell' || Math.abs(parts.slot) >= FIRST_AUXILIARY_SLOT) continue;
    sold.add(`${parts.slot} ${parts.generation}`, fill.quantity);
  }
  return sold;
}

async function openCycles(run: GridRun): Promise<{ slot: number; generation: number; cycle: OpenCycle }[]> {
  const rows = await run.rows('SELECT slot, state FROM slot WHERE strategy_id = ?');
  return rows.flatMap((row) => {
    const state = JSON.parse(row['state'] ?? 'null') as {
      openCycle?: OpenCycle | null;
      order?: { generation: number } | null;
    } | null;
    const cycle = state?.openCycle;
    if (cycle === undefined || cycle === null) return [];
    return [{ slot: Number(row['slot']), generation: state?.order?.generation ?? -1, cycle }];
  });
}
