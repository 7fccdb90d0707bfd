import type { GridRun } from './grid-run.js';

/** What a run has written and what rests at the exchange, as lines that can be compared. */
export interface Snapshot {
  lines: readonly string[];
  /** Whether every level has its order: time alone changes nothing then. */
  isSettled: boolean;
}

const isOurs = ({ clientOrderId }: { clientOrderId: string }): boolean => clientOrderId.startsWith('gf');
const OPEN = new Set(['NEW', 'PARTIALLY_FILLED']);

const ALWAYS = [
  'SELECT trade_id, order_id, quantity, fee FROM fill WHERE strategy_id = ?',
  'SELECT slot, generation, part, net FROM cycle WHERE strategy_id = ?',
  "SELECT client_order_id, state, filled_quantity FROM orders WHERE strategy_id = ? AND state = 'open'",
];
/** A level that waits is tried again as time goes by: these stand still only when none does. */
const WHEN_SETTLED = [
  'SELECT client_order_id, state, filled_quantity, filled_quote FROM orders WHERE strategy_id = ?',
  'SELECT slot, state FROM slot WHERE strategy_id = ?',
  'SELECT header FROM strategy_state WHERE strategy_id = ?',
  'SELECT cause, before_state, after_state FROM correction WHERE strategy_id = ?',
  `SELECT r.resource, r.reserved FROM reservation r
     JOIN strategy_leg l ON l.account_id = r.account_id WHERE l.strategy_id = ?`,
];

/** The state of a run whose market stands still. */
export async function snapshotOf(run: GridRun): Promise<Snapshot> {
  const levels = await run.levels();
  const isSettled = levels.length > 0 && levels.every(({ state }) => state === 'resting');
  const lines: string[] = [];
  for (const sql of isSettled ? [...ALWAYS, ...WHEN_SETTLED] : ALWAYS) {
    for (const row of await run.rows(sql)) lines.push(JSON.stringify(row));
  }
  const { account } = await run.ledger();
  const orders = account.orders.filter(isOurs);
  for (const order of isSettled ? orders : orders.filter(({ status }) => OPEN.has(status))) {
    lines.push(`exchange: ${order.clientOrderId} ${order.status} ${order.executedQuantity}`);
  }
  return { lines: lines.sort(), isSettled };
}

/** What has changed from one snapshot to a later one; empty when nothing has. */
export function changesBetween(before: Snapshot, after: Snapshot): string[] {
  if (before.isSettled && !after.isSettled) return ['a level has lost its order'];
  // What waited before may rest now; only what stands still either way can be compared.
  if (!before.isSettled) return [];
  const [old, now] = [new Set(before.lines), new Set(after.lines)];
  return [
    ...before.lines.filter((line) => !now.has(line)).map((line) => `gone: ${line}`),
    ...after.lines.filter((line) => !old.has(line)).map((line) => `new: ${line}`),
  ];
}
