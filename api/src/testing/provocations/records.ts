import { BODY_EXAMPLES } from '../../http/example-values.js';
import { createStrategy } from '../fixtures.js';
import { liveStatus, report } from '../stored-run.js';
import type { Answer } from '../test-api.js';
import { FOREIGN_ORDER, OWN_ORDER, type Provocation, type World } from './world.js';

const ABSENT = 2_147_483_647;
const UPLOAD = '/api/candle-files?name=provoked';
const MARKET = 'BTC/USDT';

async function storeBacktest({ sql, call }: World, candleFileId: number, state: string): Promise<number> {
  const { id } = (await call('GET', '/api/me')).body as { id: number };
  const result = (await sql(
    `INSERT INTO backtest (user_id, name, kind, symbol, candle_file_id, request, runs, state, created_at)
       VALUES (?, 'Provoked', 'range-grid', 'BTC/USDT', ?, '{}', 1, ?, UTC_TIMESTAMP(3))`,
    [id, candleFileId, state],
  )) as { insertId: number };
  return result.insertId;
}

/** Ids in bodies that nobody has, and records whose state is in the way: backtests, files, orphans, allocations. */
export async function recordProvocations(world: World): Promise<Provocation[]> {
  const { api, call, account, strategy, sql } = world;
  const lines = Array.from({ length: 60 }, (_, i) => `${i * 60_000 + 1_700_000_000_000},1,1,1,1`).join('\n');
  const upload = (body: string, type: string): Promise<Answer> =>
    call('POST', UPLOAD, body, { 'content-type': type });
  const file = (await upload(`open_time_ms,open,high,low,close\n${lines}`, 'text/csv')).body as {
    id: number;
  };
  const queued = await storeBacktest(world, file.id, 'queued');
  const done = await storeBacktest(world, file.id, 'done');

  const deleted = await createStrategy(call, account.id);
  await call('DELETE', `/api/strategies/${deleted.id}`);
  const strange = await createStrategy(call, account.id);
  await sql("UPDATE strategy SET kind = 'no-such-kind' WHERE id = ?", [strange.id]);
  for (const { id } of [deleted, strange])
    await report(api.redis, id, liveStatus(1, { state: 'stopped', position: '0.01' }));

  const share = { accountId: account.id, name: 'Share', asset: 'USDT', amount: '10' };
  const allocate = (name: string): Promise<Answer> =>
    call('POST', '/api/capital/allocations', { ...share, name, strategyIds: [strategy.id] });
  const first = (await allocate('First')).body as { id: number };
  const close = (strategyId: number): Promise<Answer> =>
    call('POST', '/api/positions/close', { strategyId, confirmation: `CLOSE STRATEGY ${strategyId}` });
  const orphan = { accountId: account.id, market: MARKET, exchangeOrderId: FOREIGN_ORDER };
  const order = { accountId: ABSENT, market: MARKET, side: 'buy', type: 'market', quantity: '0.01' };
  const password = (): Promise<Answer> =>
    api.as('bob@example.org')('PUT', '/api/me/trading-password', { password: 'a-long-password' });
  await password();
  const one = (code: string, route: string, ask: () => Promise<Answer>): Provocation => ({
    code,
    route,
    ask,
  });
  return [
    one('NOT_FOUND', 'GET /api/risk/limits', () =>
      call('GET', `/api/risk/limits?scope=strategy&id=${ABSENT}`),
    ),
    one('NOT_FOUND', 'PUT /api/risk/limits', () =>
      call('PUT', `/api/risk/limits?scope=strategy&id=${ABSENT}`, { limits: null }),
    ),
    one('NOT_FOUND', 'POST /api/halt', () =>
      call('POST', '/api/halt', { scope: 'strategy', id: ABSENT, orders: 'leave' }),
    ),
    one('NOT_FOUND', 'POST /api/orders', () =>
      call('POST', '/api/orders', { ...order, confirmation: `BUY 0.01 ${MARKET}` }),
    ),
    one('NOT_FOUND', 'POST /api/positions/close', () => close(ABSENT)),
    one('STRATEGY_DELETED', 'POST /api/positions/close', () => close(deleted.id)),
    one('KIND_UNKNOWN', 'POST /api/positions/close', () => close(strange.id)),
    one('NOT_FOUND', 'POST /api/backtests', () => {
      const example = BODY_EXAMPLES['POST /api/backtests'] as object;
      return call('POST', '/api/backtests', { ...example, candleFileId: ABSENT });
    }),
    one('BACKTEST_NOT_DONE', 'GET /api/backtests/{id}/result', () =>
      call('GET', `/api/backtests/${queued}/result`),
    ),
    one('BACKTEST_ENDED', 'POST /api/backtests/{id}/cancel', () =>
      call('POST', `/api/backtests/${done}/cancel`),
    ),
    one('BACKTEST_RUNNING', 'DELETE /api/backtests/{id}', () => call('DELETE', `/api/backtests/${queued}`)),
    one('CANDLE_FILE_IN_USE', 'DELETE /api/candle-files/{id}', () =>
      call('DELETE', `/api/candle-files/${file.id}`),
    ),
    one('UNSUPPORTED_MEDIA_TYPE', 'POST /api/candle-files', () => upload('<a/>', 'application/xml')),
    one('MALFORMED_JSON', 'POST /api/candle-files', () => upload('{"a":', 'application/json')),
    one('PAYLOAD_TOO_LARGE', 'POST /api/candle-files', () =>
      upload('x'.repeat(33 * 1024 * 1024), 'text/csv'),
    ),
    one('ORPHAN_GONE', 'POST /api/journal/adopt', () => call('POST', '/api/journal/adopt', orphan)),
    one('STRATEGY_RUNNING', 'POST /api/journal/adopt', () =>
      call('POST', '/api/journal/adopt', { ...orphan, exchangeOrderId: OWN_ORDER }),
    ),
    one('ORPHAN_GONE', 'POST /api/journal/cancel', () => call('POST', '/api/journal/cancel', orphan)),
    one('ALLOCATION_REFUSED', 'POST /api/capital/allocations', () => allocate('Second')),
    one('ALLOCATION_REFUSED', 'PUT /api/capital/allocations/{id}', () =>
      call('PUT', `/api/capital/allocations/${first.id}`, {
        ...share,
        asset: 'BTC',
        strategyIds: [strategy.id],
      }),
    ),
    one('CONFIRMATION_REQUIRED', 'PUT /api/me/trading-password', password),
    one('CREDENTIAL_MISSING', 'POST /api/accounts/{id}/copy', () =>
      call('POST', `/api/accounts/${account.id}/copy`, { venue: 'okx', environment: 'live' }),
    ),
  ];
}
