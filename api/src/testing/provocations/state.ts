import { GOOD_SECRET, MAY_WITHDRAW } from '../fake-node.js';
import { accountBody, createStrategy, gridParams } from '../fixtures.js';
import { setRun, storeMachine, storeOrder } from '../stored-run.js';
import type { Answer } from '../test-api.js';
import type { Provocation, World } from './world.js';

/** What things are like decides: accounts, strategies, orders and templates that are in the way of a command. */
export async function stateProvocations(world: World): Promise<Provocation[]> {
  const { api, call, account, spare, sql } = world;
  const market = 'BTC/USDT';
  const idle = await createStrategy(call, account.id);
  const deleted = await createStrategy(call, account.id);
  await call('DELETE', `/api/strategies/${deleted.id}`);
  const halted = await createStrategy(call, account.id);
  await call('PUT', `/api/trading-state/strategy/${halted.id}`, { state: 'HALTED', reason: 'Stop.' });
  const running = await createStrategy(call, account.id);
  await call('POST', `/api/strategies/${running.id}/start`);
  const runId = await setRun(api.dataSource, running.id, { state: 'running' });
  const key = { strategy: running, runId, accountId: account.id, generation: 1 };
  const live = await storeOrder(api.dataSource, key);
  const ended = await storeOrder(
    api.dataSource,
    { ...key, generation: 2 },
    { isFinal: true, state: 'filled' },
  );
  const broken = await createStrategy(call, account.id);
  await storeMachine(api.dataSource, broken);
  await sql("UPDATE strategy_state SET header = '{' WHERE strategy_id = ?", [broken.id]);
  await call('POST', '/api/templates', { name: 'Taken', kind: 'range-grid', params: gridParams() });

  const close = (strategyId: number): Promise<Answer> =>
    call('POST', '/api/positions/close', { strategyId, confirmation: `CLOSE STRATEGY ${strategyId}` });
  const sell = (): Promise<Answer> =>
    call('POST', '/api/positions/close', { accountId: account.id, market, confirmation: `CLOSE ${market}` });
  const buy = (): Promise<Answer> =>
    call('POST', '/api/orders', {
      ...{ accountId: account.id, market, side: 'buy', type: 'limit', price: '59000', quantity: '0.01' },
      confirmation: `BUY 0.01 ${market}`,
    });
  const withAccount = async (column: string, value: unknown, ask: () => Promise<Answer>): Promise<Answer> => {
    const [row] = (await sql(`SELECT ${column} AS was FROM account WHERE id = ?`, [account.id])) as {
      was: unknown;
    }[];
    await sql(`UPDATE account SET ${column} = ? WHERE id = ?`, [value, account.id]);
    try {
      return await ask();
    } finally {
      await sql(`UPDATE account SET ${column} = ? WHERE id = ?`, [row?.was, account.id]);
    }
  };
  const inactive = (ask: () => Promise<Answer>) => () => withAccount('is_active', 0, ask);
  const stopped = (ask: () => Promise<Answer>) => () => withAccount('trading_state', 'HALTED', ask);
  const at = (id: number, rest = ''): string => `/api/strategies/${id}${rest}`;
  const one = (code: string, route: string, ask: () => Promise<Answer>): Provocation => ({
    code,
    route,
    ask,
  });
  const withdrawing = { apiKey: 'k', secret: GOOD_SECRET + MAY_WITHDRAW };
  const rekeyed = { credentials: { apiKey: 'new', secret: GOOD_SECRET } };
  const own = `/api/accounts/${account.id}`;
  return [
    one('STRATEGY_DELETED', 'PUT /api/strategies/{id}', () => call('PUT', at(deleted.id), { name: 'x' })),
    one('STRATEGY_DELETED', 'POST /api/strategies/{id}/pause', () => call('POST', at(deleted.id, '/pause'))),
    one('STRATEGY_DELETED', 'POST /api/strategies/{id}/resume', () =>
      call('POST', at(deleted.id, '/resume')),
    ),
    one('TRADING_HALTED', 'POST /api/strategies/{id}/pause', () => call('POST', at(halted.id, '/pause'))),
    one('TRADING_HALTED', 'POST /api/strategies/{id}/resume', () => call('POST', at(halted.id, '/resume'))),
    one('TRADING_HALTED', 'POST /api/strategies/{id}/start', () => call('POST', at(halted.id, '/start'))),
    one('TRADING_HALTED', 'POST /api/orders', stopped(buy)),
    one('TRADING_HALTED', 'POST /api/positions/close', stopped(sell)),
    one('ACCOUNT_INACTIVE', 'POST /api/orders', inactive(buy)),
    one('ACCOUNT_INACTIVE', 'POST /api/positions/close', inactive(sell)),
    one(
      'ACCOUNT_INACTIVE',
      'POST /api/strategies/{id}/start',
      inactive(() => call('POST', at(idle.id, '/start'))),
    ),
    one('ACCOUNT_INACTIVE', 'POST /api/strategies/{id}/copy', () =>
      withAccount('deleted_at', new Date(), () => call('POST', at(idle.id, '/copy'), {})),
    ),
    one('STRATEGY_RUNNING', 'DELETE /api/strategies/{id}', () => call('DELETE', at(running.id))),
    one('STRATEGY_RUNNING', 'PUT /api/strategies/{id}', () =>
      call('PUT', at(running.id), { legs: [{ accountId: account.id, market: 'ETH/USDT' }] }),
    ),
    one('STRATEGY_RUNNING', 'DELETE /api/orders/{id}', () => call('DELETE', `/api/orders/${live}`)),
    one('ORDER_ENDED', 'DELETE /api/orders/{id}', () => call('DELETE', `/api/orders/${ended}`)),
    one('STATE_UNREADABLE', 'GET /api/strategies/{id}/levels', () => call('GET', at(broken.id, '/levels'))),
    one('NOTHING_TO_CLOSE', 'POST /api/positions/close', () => close(idle.id)),
    one('ACCOUNT_IN_USE', 'PUT /api/accounts/{id}', () => call('PUT', own, rekeyed)),
    one('ACCOUNT_IN_USE', 'POST /api/accounts/{id}/rotate', () => call('POST', `${own}/rotate`, rekeyed)),
    one('WITHDRAWAL_PERMISSION', 'POST /api/accounts', () =>
      call('POST', '/api/accounts', { ...accountBody('May'), credentials: withdrawing }),
    ),
    one('WITHDRAWAL_PERMISSION', 'PUT /api/accounts/{id}', () =>
      call('PUT', `/api/accounts/${spare.id}`, { credentials: withdrawing }),
    ),
    one('CREDENTIAL_MISSING', 'PUT /api/accounts/{id}', () =>
      call('PUT', own, { credentials: { apiKey: 'k' } }),
    ),
    one('VENUE_COIN_MARGINED', 'POST /api/accounts', () =>
      call('POST', '/api/accounts', { ...accountBody('Coin'), venue: 'binancecoinm' }),
    ),
    one('VENUE_COIN_MARGINED', 'POST /api/accounts/{id}/copy', () =>
      call('POST', `${own}/copy`, { venue: 'binancecoinm' }),
    ),
    one('VENUE_UNSUPPORTED', 'POST /api/accounts', () =>
      call('POST', '/api/accounts', { ...accountBody('None'), venue: 'nosuchvenue' }),
    ),
    one('VENUE_UNSUPPORTED', 'POST /api/accounts/{id}/copy', () =>
      call('POST', `${own}/copy`, { venue: 'nosuchvenue' }),
    ),
    one('TEMPLATE_EXISTS', 'POST /api/templates', () =>
      call('POST', '/api/templates', { name: 'Taken', kind: 'range-grid', params: gridParams() }),
    ),
    one('TEMPLATE_EXISTS', 'PUT /api/templates/{id}', () =>
      call('PUT', `/api/templates/${world.template}`, { name: 'Taken' }),
    ),
    one('CONFIRMATION_REQUIRED', 'POST /api/halt', () =>
      call('POST', '/api/halt', { scope: 'platform', orders: 'leave' }),
    ),
    one('CONFIRMATION_REQUIRED', 'PUT /api/trading-state/platform', () =>
      call('PUT', '/api/trading-state/platform', { state: 'HALTED' }),
    ),
  ];
}
