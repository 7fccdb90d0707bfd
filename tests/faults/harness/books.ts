import { Decimal } from '@gridfleet/shared/domain';
import type { LedgerAccount, LedgerOrder } from '../../harness/simulator.js';
import { cycleViolations } from './cycle-books.js';
import type { GridRun } from './grid-run.js';

const OPEN = new Set(['NEW', 'PARTIALLY_FILLED']);
/** Strategy, leg and slot are the first characters of a client order id of ours. */
const SLOT_LENGTH = 17;

const plain = (text: string | undefined): string => new Decimal(text ?? '').toFixed();
const isOurs = ({ clientOrderId }: { clientOrderId: string }): boolean => clientOrderId.startsWith('gf');

interface RefereeViolation {
  code: string;
  message: string;
  account: string | null;
}

/**
 * Everything that is wrong with a run whose market stands still, as `I2: …` texts; empty when the invariants hold.
 * The exchange's side comes from the simulator's own ledger and referee, ours from MySQL and the API.
 */
export async function violationsOf(run: GridRun): Promise<string[]> {
  const { account, checks } = await run.ledger();
  const { body } = await run.lab.simulator.control.get<{ violations: RefereeViolation[] }>(
    '/_sim/invariants',
  );
  const seen = body.violations.filter((found) => found.account === run.apiKey || found.account === null);
  return [
    ...checks.map((check) => `ledger: ${JSON.stringify(check)}`),
    ...seen.map(({ code, message }) => `referee: ${code}: ${message}`),
    ...(await orderViolations(run, account)),
    ...(await fillViolations(run, account)),
    ...(await moneyViolations(run, account)),
    ...(await cycleViolations(run, account)),
    ...(await levelViolations(run)),
  ];
}

/** I1, I2 and I5: the orders are the same here and there. */
async function orderViolations(run: GridRun, account: LedgerAccount): Promise<string[]> {
  const rows = await run.rows(
    'SELECT client_order_id, exchange_order_id, state, is_final, filled_quantity FROM orders WHERE strategy_id = ?',
  );
  const found: string[] = [];
  const theirs = new Map<string, LedgerOrder>();
  for (const order of account.orders.filter(isOurs)) {
    if (theirs.has(order.clientOrderId)) found.push(`I1: the exchange has ${order.clientOrderId} twice`);
    theirs.set(order.clientOrderId, order);
  }
  const slots = new Set<string>();
  for (const { clientOrderId, status } of theirs.values()) {
    if (!OPEN.has(status)) continue;
    const slot = clientOrderId.slice(0, SLOT_LENGTH);
    if (slots.has(slot)) found.push(`I1: slot ${slot} has two live orders`);
    slots.add(slot);
  }
  const known = new Set<string>();
  for (const row of rows) {
    const id = row['client_order_id'] ?? '';
    known.add(id);
    const order = theirs.get(id);
    const isFinal = Number(row['is_final']) === 1;
    if (order === undefined) {
      if (!isFinal) found.push(`I5: ${id} is ${row['state']} here and unknown there`);
      continue;
    }
    if (OPEN.has(order.status) === isFinal) {
      found.push(`I5: ${id} is ${row['state']} here and ${order.status} there`);
    }
    if (plain(row['filled_quantity']) !== plain(order.executedQuantity)) {
      found.push(`I2: ${id} has filled ${row['filled_quantity']} here and ${order.executedQuantity} there`);
    }
  }
  for (const id of theirs.keys()) if (!known.has(id)) found.push(`I5: nobody here knows ${id}`);
  return found;
}

/** I2: the trades are the same here and there, fees included, and make up what the orders say. */
async function fillViolations(run: GridRun, account: LedgerAccount): Promise<string[]> {
  const rows = await run.rows(
    `SELECT f.trade_id, o.client_order_id, f.price, f.quantity, f.fee, f.fee_asset, f.maker
       FROM fill f JOIN orders o ON o.id = f.order_id WHERE f.strategy_id = ?`,
  );
  const ours = rows.map((row) =>
    [
      row['trade_id'],
      row['client_order_id'],
      plain(row['price']),
      plain(row['quantity']),
      plain(row['fee']),
      row['fee_asset'],
      Number(row['maker']) === 1,
    ].join(' '),
  );
  const theirs = account.fills
    .filter(isOurs)
    .map((fill) =>
      [
        fill.tradeId,
        fill.clientOrderId,
        plain(fill.price),
        plain(fill.quantity),
        plain(fill.commission),
        fill.commissionAsset,
        fill.maker,
      ].join(' '),
    );
  const here = new Set(ours);
  const there = new Set(theirs);
  const sums = await run.rows(
    `SELECT o.client_order_id FROM orders o LEFT JOIN fill f ON f.order_id = o.id WHERE o.strategy_id = ?
      GROUP BY o.id, o.client_order_id, o.filled_quantity
     HAVING o.filled_quantity <> COALESCE(SUM(f.quantity), 0)`,
  );
  return [
    ...theirs.filter((fill) => !here.has(fill)).map((fill) => `I2: not booked: ${fill}`),
    ...ours.filter((fill) => !there.has(fill)).map((fill) => `I2: booked, but not traded: ${fill}`),
    ...(ours.length === here.size ? [] : ['I2: a trade is booked twice']),
    ...sums.map((row) => `I2: ${row['client_order_id']} does not equal the sum of its trades`),
  ];
}

/** I4 and I11: money is exactly what start, deposits and our fills make it; reservations fit into it. */
async function moneyViolations(run: GridRun, account: LedgerAccount): Promise<string[]> {
  const found: string[] = [];
  const { base } = run.market;
  const total = new Map<string, Decimal>();
  const add = (asset: string, amount: string | Decimal): void => {
    total.set(asset, (total.get(asset) ?? new Decimal(0)).plus(amount));
  };
  for (const [asset, amount] of Object.entries(account.start)) add(asset, amount);
  for (const { asset, amount } of account.deposits) add(asset, amount);
  const fills = await run.rows(
    'SELECT side, quantity, amount, fee, fee_asset FROM fill WHERE strategy_id = ?',
  );
  for (const fill of fills) {
    const sign = fill['side'] === 'buy' ? 1 : -1;
    add(base, new Decimal(fill['quantity'] ?? '').times(sign));
    add('USDT', new Decimal(fill['amount'] ?? '').times(-sign));
    add(fill['fee_asset'] ?? '', new Decimal(fill['fee'] ?? '').negated());
  }
  for (const [asset, { free, locked }] of Object.entries(account.balances)) {
    const there = new Decimal(free).plus(locked).toFixed();
    const here = (total.get(asset) ?? new Decimal(0)).toFixed();
    if (here !== there) found.push(`I11: our fills make ${here} ${asset}, the exchange has ${there}`);
  }
  const reservations = await run.lab.platform.rows.query<Record<string, string>[]>(
    'SELECT resource, total, reserved FROM reservation WHERE account_id = ?',
    [run.accountId],
  );
  for (const { resource, total: all = '0', reserved = '0' } of reservations) {
    const held = new Decimal(reserved);
    if (held.lt(0) || held.gt(all)) found.push(`I4: ${resource}: ${reserved} of ${all} is reserved`);
  }
  return found;
}

/** I12: each cell has its order, or says why it has none; the strategy trades, or says why not. */
async function levelViolations(run: GridRun): Promise<string[]> {
  const status = await run.status();
  const found: string[] = [];
  if (status.state !== 'running' && status.reason === null) {
    found.push(`I12: the strategy is ${status.state} without a reason`);
  }
  if (['stopped', 'failed'].includes(status.state)) return found;
  for (const { slot, state, reason } of await run.levels()) {
    if (state === 'resting' || (state === 'waiting' && reason !== null)) continue;
    found.push(`I12: level ${slot} is ${state} without a reason`);
  }
  const silent = await run.rows(
    "SELECT slot FROM refusal WHERE strategy_id = ? AND (code = '' OR message = '')",
  );
  for (const row of silent) found.push(`I12: the refusal of slot ${row['slot']} gives no reason`);
  return found;
}
