import type { EntityManager } from 'typeorm';
import { dec, decStr } from '../../domain/numbers/decimal.js';
import type { PositionSide, Side } from '../../domain/order/order.js';
import type { ForeignTrade, Funding } from '../../schema/holdings.js';
import type { PageOf } from './trading.js';
import type { TradeScope } from './trade-filter.js';

/** Where a page of records without ids of their own ended: time, account, market, id at the exchange. */
type Position = [time: string, accountId: number, market: string, id: string];

export interface RecordPage {
  limit: number;
  cursor?: string | undefined;
}

interface FundingRow {
  account_id: number;
  market: string;
  payment_id: string;
  strategy_id: number;
  name: string;
  position_side: PositionSide;
  amount: string;
  asset: string;
  time: Date;
}
interface ForeignTradeRow {
  account_id: number;
  market: string;
  trade_id: string;
  exchange_order_id: string;
  client_order_id: string | null;
  cause: string;
  side: Side;
  position_side: PositionSide;
  price: string;
  quantity: string;
  time: Date;
}

const plain = (text: string): string => decStr(dec(text));

/** @returns null for a text that is no cursor of these lists. */
function decode(cursor: string): Position | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null; // not ours: the caller refuses it
  }
  if (!Array.isArray(parsed) || parsed.length !== 4) return null;
  const [time, accountId, market, id] = parsed as unknown[];
  if (typeof time !== 'string' || Number.isNaN(Date.parse(time)) || typeof accountId !== 'number')
    return null;
  if (!Number.isSafeInteger(accountId) || typeof market !== 'string' || typeof id !== 'string') return null;
  return [time, accountId, market, id];
}

function encode(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Conditions on records of the user's accounts; absent fields narrow nothing. */
function conditions({ userId, strategyId, accountId, market, side, from, to }: TradeScope): {
  where: string;
  values: unknown[];
} {
  const given = [
    ['a.user_id = ?', userId],
    ['t.strategy_id = ?', strategyId],
    ['t.account_id = ?', accountId],
    ['t.market = ?', market],
    ['t.side = ?', side],
    ['t.time >= ?', from],
    ['t.time < ?', to],
  ] as const;
  const used = given.filter(([, value]) => value !== undefined);
  return {
    where: used.map(([condition]) => condition).join(' AND '),
    values: used.map(([, value]) => value),
  };
}

interface Source<R> {
  select: string;
  from: string;
  id: string;
  position: (row: R) => Position;
}

/** Newest first. @returns null for a cursor of another list. */
async function page<R>(
  manager: EntityManager,
  source: Source<R>,
  scope: TradeScope,
  { limit, cursor }: RecordPage,
): Promise<PageOf<R> | null> {
  const { where, values } = conditions(scope);
  const from = cursor === undefined ? undefined : decode(cursor);
  if (from === null) return null;
  const after =
    from === undefined ? '' : ` AND (t.time, t.account_id, t.market, t.${source.id}) < (?, ?, ?, ?)`;
  const rows: R[] = await manager.query(
    `SELECT ${source.select} FROM ${source.from} JOIN account a ON a.id = t.account_id WHERE ${where}${after}
      ORDER BY t.time DESC, t.account_id DESC, t.market DESC, t.${source.id} DESC LIMIT ?`,
    [...values, ...(from === undefined ? [] : [new Date(from[0]), ...from.slice(1)]), limit + 1],
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? encode(source.position(last)) : null;
  return { items, nextCursor };
}

/** Funding booked on the user's accounts. @returns null for a cursor of another list. */
export async function listFunding(
  manager: EntityManager,
  scope: TradeScope,
  asked: RecordPage,
): Promise<PageOf<Funding> | null> {
  const source: Source<FundingRow> = {
    select: `t.account_id, t.market, t.payment_id, t.strategy_id, s.name, t.position_side, t.amount, t.asset, t.time`,
    from: 'funding t JOIN strategy s ON s.id = t.strategy_id',
    id: 'payment_id',
    position: (row) => [row.time.toISOString(), row.account_id, row.market, row.payment_id],
  };
  const found = await page(manager, source, scope, asked);
  if (found === null) return null;
  const items = found.items.map((row) => ({
    accountId: row.account_id,
    market: row.market,
    paymentId: row.payment_id,
    strategyId: row.strategy_id,
    strategyName: row.name,
    positionSide: row.position_side,
    amount: plain(row.amount),
    asset: row.asset,
    time: row.time.toISOString(),
  }));
  return { items, nextCursor: found.nextCursor };
}

/** Sums of the same funding by asset, exact. */
export async function fundingTotals(
  manager: EntityManager,
  scope: TradeScope,
): Promise<{ asset: string; amount: string }[]> {
  const { where, values } = conditions(scope);
  const rows: { asset: string; amount: string }[] = await manager.query(
    `SELECT t.asset, SUM(t.amount) AS amount FROM funding t JOIN account a ON a.id = t.account_id
      WHERE ${where} GROUP BY t.asset ORDER BY t.asset`,
    values,
  );
  return rows.map(({ asset, amount }) => ({ asset, amount: plain(amount) }));
}

/** Trades on the user's accounts that were not ours. @returns null for a cursor of another list. */
export async function listForeignTrades(
  manager: EntityManager,
  scope: TradeScope,
  asked: RecordPage,
): Promise<PageOf<ForeignTrade> | null> {
  const source: Source<ForeignTradeRow> = {
    select: 't.*',
    from: 'foreign_trade t',
    id: 'trade_id',
    position: (row) => [row.time.toISOString(), row.account_id, row.market, row.trade_id],
  };
  const found = await page(manager, source, scope, asked);
  if (found === null) return null;
  const items = found.items.map((row) => ({
    accountId: row.account_id,
    market: row.market,
    tradeId: row.trade_id,
    exchangeOrderId: row.exchange_order_id,
    clientOrderId: row.client_order_id,
    cause: row.cause,
    side: row.side,
    positionSide: row.position_side,
    price: plain(row.price),
    quantity: plain(row.quantity),
    time: row.time.toISOString(),
  }));
  return { items, nextCursor: found.nextCursor };
}
