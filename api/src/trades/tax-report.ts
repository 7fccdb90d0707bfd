import type { EntityManager } from 'typeorm';
import { TaxLots, type CostMethod } from '@gridfleet/shared/domain';
import { exportRows, type ExportSource } from '@gridfleet/shared/infra';

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

const FILLS = {
  table: 'fill',
  time: 'time',
  columns: [
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
  ],
} as const satisfies ExportSource;

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
  for await (const row of exportRows(manager, FILLS, { userId, to })) {
    const fill = row as unknown as FillRow;
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
