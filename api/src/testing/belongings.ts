import { expect } from 'vitest';
import type { DataSource } from 'typeorm';
import { ForeignOrderRepository, FundingRowEntity, VenuePositionRowEntity } from '@gridfleet/shared/infra';
import type { Account, Strategy } from '@gridfleet/shared/schema';
import { createAccount, gridParams, strategyBody } from './fixtures.js';
import { setRun, storeCycle, storeFill, storeMachine, storeOrder } from './stored-run.js';
import type { Caller, TestApi } from './test-api.js';

const TIME = new Date('2026-01-31T12:00:00.000Z');

/** What somebody has after a while. */
export interface Belongings {
  account: Account;
  strategy: Strategy;
  /** Ids by the beginning of the path that takes them. */
  ids: Record<string, string>;
}

/**
 * Gives somebody one of everything that a path of the API can name.
 * @param canary stands in all of it, wherever a text has room
 */
export async function storeBelongings(
  { dataSource }: TestApi,
  owner: Caller,
  canary: string,
): Promise<Belongings> {
  const made = async (url: string, input: unknown): Promise<number> => {
    const answer = await owner('POST', url, input);
    expect([200, 201, 202], answer.text).toContain(answer.status);
    return (answer.body as { id: number }).id;
  };
  const account = await createAccount(owner, canary);
  const body = { ...strategyBody(account.id), name: canary };
  const second = await made('/api/strategies', body);
  const strategy = (await owner('POST', '/api/strategies', body)).body as Strategy;
  await owner('POST', `/api/strategies/${strategy.id}/start`);
  const runId = await setRun(dataSource, strategy.id, { state: 'running' });
  await storeMachine(dataSource, strategy);
  const key = { strategy, runId, accountId: account.id, generation: 1 };
  const orderId = await storeOrder(dataSource, key);
  await storeFill(dataSource, key, orderId, { side: 'buy', amount: '1', feeQuote: '0' });
  await storeCycle(dataSource, key, '1');
  const [fill]: { id: string }[] = await dataSource.query('SELECT id FROM fill');
  const place = { accountId: account.id, market: 'BTC/USDT:USDT', positionSide: 'net' as const };
  const zero = { entryPrice: '0', markPrice: '0', liquidationPrice: null, margin: '0', unrealized: '0' };
  await dataSource.manager.insert(VenuePositionRowEntity, {
    ...place,
    ...zero,
    amount: '1',
    readAt: TIME,
  });
  await dataSource.manager.insert(FundingRowEntity, {
    ...place,
    paymentId: canary,
    strategyId: strategy.id,
    leg: 0,
    amount: '1',
    asset: 'USDT',
    time: TIME,
  });
  await dataSource.query(
    `INSERT INTO fill_archive (source, order_ref, strategy_id, account_id, market, side, trade_id, price, quantity,
       amount, fee, fee_asset, fee_quote, time) VALUES ('import', ?, ?, ?, 'BTC/USDT', 'buy', '1', 1, 1, 1, 0, 'USDT', 0, ?)`,
    [canary, strategy.id, account.id, TIME],
  );
  const seen = { side: 'buy' as const, price: '1', quantity: '1', filledQuantity: '0', isOrphan: true };
  await new ForeignOrderRepository(dataSource.manager).record(
    account.id,
    'BTC/USDT',
    [{ ...seen, exchangeOrderId: canary, clientOrderId: canary }],
    TIME,
  );
  const csv = Array.from({ length: 60 }, (_, i) => `${i * 60_000 + 1_700_000_000_000},1,1,1,1`).join('\n');
  const upload = await owner(
    'POST',
    `/api/candle-files?name=${canary}`,
    `open_time_ms,open,high,low,close\n${csv}`,
    {
      'content-type': 'text/csv',
    },
  );
  expect(upload.status, upload.text).toBe(201);
  const file = (upload.body as { id: number }).id;
  const me = ((await owner('GET', '/api/me')).body as { id: number }).id;
  const ids = {
    '/api/accounts': String(account.id),
    '/api/strategies': String(strategy.id),
    '/api/orders': orderId,
    '/api/trades': fill?.id ?? '',
    '/api/templates': String(
      await made('/api/templates', { name: canary, kind: 'range-grid', params: gridParams() }),
    ),
    '/api/candle-files': String(file),
    '/api/notifications': String(
      await made('/api/notifications', {
        kind: 'telegram',
        name: canary,
        settings: { chatId: '1' },
        secrets: { botToken: '123456789:AAExampleExampleExampleExample' },
      }),
    ),
    '/api/backtests': String(await storeBacktest(dataSource, me, file, canary)),
    '/api/tokens': String(await made('/api/tokens', { name: canary, scopes: ['read'] })),
    '/api/capital/allocations': String(
      await made('/api/capital/allocations', {
        accountId: account.id,
        name: canary,
        asset: 'USDT',
        amount: '10',
        strategyIds: [second],
      }),
    ),
    '/api/halt': String(await made('/api/halt', { scope: 'strategy', id: second, orders: 'leave' })),
    '/api/trading-state/account': String(account.id),
    '/api/trading-state/strategy': String(strategy.id),
    // Of owners only: the role is refused before the id is looked up.
    '/api/users': String(me),
  };
  return { account, strategy, ids };
}

/** A row as the queue would have it; what is in it is nobody else's business. */
async function storeBacktest(
  dataSource: DataSource,
  userId: number,
  candleFileId: number,
  name: string,
): Promise<number> {
  const request = JSON.stringify({ name, candleFileId, config: {} });
  const result: { insertId: number } = await dataSource.query(
    `INSERT INTO backtest (user_id, name, kind, symbol, candle_file_id, request, runs, state, created_at)
       VALUES (?, ?, 'range-grid', 'BTC/USDT', ?, ?, 1, 'queued', ?)`,
    [userId, name, candleFileId, request, TIME],
  );
  return result.insertId;
}
