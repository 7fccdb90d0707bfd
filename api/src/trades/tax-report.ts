import type { EntityManager } from 'typeorm';
import { TaxLots, type CostMethod } from '@gridfleet/shared/domain';
import { ARCHIVED, exportRows, type ExportSource } from '@gridfleet/shared/infra';

export const TAX_COLUMNS = [
  'account',
  'market',
  'asset',
  'currency',
  'acquired_at',
  'disposed_at',
  'quantity',
  'proceeds',
  'cost',
  'gain',
  'note',
];

const COLUMNS: ExportSource['columns'] = [
  { name: 'account_id', sql: 't.account_id' },
  { name: 'account', sql: '(SELECT a.label FROM account a WHERE a.id = t.account_id)' },
  { name: 'market', sql: 't.market' },
  { name: 'side', sql: 't.side' },
  { name: 'quantity', sql: 't.quantity' },
  { name: 'amount', sql: 't.amount' },
  { name: 'fee', sql: 't.fee' },
  { name: 'fee_asset', sql: 't.fee_asset' },
  { name: 'fee_quote', sql: 't.fee_quote' },
  { name: 'time', sql: 't.time' },
];

const FILLS: ExportSource = {
  table: 'fill',
  time: 'time',
  columns: [...COLUMNS, { name: 'fill_id', sql: 't.id' }],
};
/** A strategy's removal takes nothing back that was sold. Imported trades have estimated fees: no gain rests on them. */
const ARCHIVE: ExportSource = {
  table: 'fill_archive',
  time: 'time',
  columns: [...COLUMNS, { name: 'fill_id', sql: 't.fill_id' }],
  only: `t.source = '${ARCHIVED}'`,
};

interface FillRow {
  account_id: number;
  account: string;
  market: string;
  side: 'buy' | 'sell';
  quantity: string;
  amount: string;
  fee: string;
  fee_asset: string;
  fee_quote: string;
  time: Date;
  fill_id: string;
}

function isBefore(a: FillRow, b: FillRow): boolean {
  if (a.time.getTime() !== b.time.getTime()) return a.time < b.time;
  return BigInt(a.fill_id) < BigInt(b.fill_id);
}

/** All fills up to a moment in the order they happened in, wherever they are kept. */
async function* fillsUntil(manager: EntityManager, userId: number, to: Date): AsyncGenerator<FillRow> {
  const live = exportRows(manager, FILLS, { userId, to });
  const archived = exportRows(manager, ARCHIVE, { userId, to });
  const next = async (rows: AsyncGenerator<Record<string, unknown>>): Promise<FillRow | null> => {
    const one = await rows.next();
    return one.done === true ? null : (one.value as unknown as FillRow);
  };
  let [a, b] = [await next(live), await next(archived)];
  while (a !== null || b !== null) {
    if (a !== null && (b === null || isBefore(a, b))) {
      yield a;
      a = await next(live);
    } else if (b !== null) {
      yield b;
      b = await next(archived);
    }
  }
}

/** Base and quote of a symbol such as "BTC/USDT" or, for contracts, "BTC/USDT:USDT". */
function assetsOf(market: string): { base: string; quote: string; isContract: boolean } {
  const [pair = market, settle] = market.split(':');
  const [base = pair, quote = ''] = pair.split('/');
  return { base, quote, isContract: settle !== undefined };
}

/**
 * Disposals of a stretch of time, in the order of time. Every fill since the beginning is read, because what was sold
 * may have been bought long before; lots are kept for each account, asset and currency.
 */
export async function* taxRows(
  manager: EntityManager,
  userId: number,
  { from, to }: { from: Date; to: Date },
  method: CostMethod,
): AsyncGenerator<Record<string, unknown>> {
  const books = new Map<string, TaxLots>();
  for await (const fill of fillsUntil(manager, userId, to)) {
    const { base, quote, isContract } = assetsOf(fill.market);
    const key = JSON.stringify([fill.account_id, base, quote, isContract]);
    const lots = books.get(key) ?? new TaxLots(method, base, isContract);
    books.set(key, lots);
    const disposals = lots.book({
      side: fill.side,
      time: fill.time.getTime(),
      quantity: fill.quantity,
      amount: fill.amount,
      fee: fill.fee,
      feeAsset: fill.fee_asset,
      feeQuote: fill.fee_quote,
    });
    if (fill.time < from) continue;
    for (const { acquiredAt, disposedAt, quantity, proceeds, cost, gain, isUnmatched } of disposals) {
      yield {
        account: fill.account,
        market: fill.market,
        asset: base,
        currency: quote,
        acquired_at: acquiredAt === null ? null : new Date(acquiredAt),
        disposed_at: new Date(disposedAt),
        quantity,
        proceeds,
        cost,
        gain,
        note: isUnmatched ? 'no purchase known' : null,
      };
    }
  }
}
