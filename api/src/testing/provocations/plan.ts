import { gridParams, strategyBody } from '../fixtures.js';
import type { Answer } from '../test-api.js';
import type { Provocation, World } from './world.js';

/** Orders of this size are below what the market takes. */
const TINY = { value: '0.00001' };
const UNKNOWN = 'no-such-kind';

/** Plans of a kind that this build does not have, and plans that the market's rules forbid. */
export function planProvocations(world: World): Provocation[] {
  const { call, account, strategy, template, sql } = world;
  const market = 'BTC/USDT';
  const legs = [{ accountId: account.id, market }];
  const tiny = gridParams({ quantity: TINY });
  const order = { accountId: account.id, market, side: 'buy', type: 'limit', price: '59000' };
  const of = (rest: string): string => `/api/strategies/${strategy.id}${rest}`;

  /** With something else in a stored row, as an older or newer version may have left it. */
  const stored = async (
    table: 'strategy' | 'strategy_template',
    column: 'kind' | 'params',
    value: string,
    ask: () => Promise<Answer>,
  ): Promise<Answer> => {
    const id = table === 'strategy' ? strategy.id : template;
    const [row] = (await sql(`SELECT ${column} AS was FROM ${table} WHERE id = ?`, [id])) as {
      was: string;
    }[];
    await sql(`UPDATE ${table} SET ${column} = ? WHERE id = ?`, [value, id]);
    try {
      return await ask();
    } finally {
      await sql(`UPDATE ${table} SET ${column} = ? WHERE id = ?`, [row?.was, id]);
    }
  };
  const create = (body: object): Promise<Answer> =>
    call('POST', '/api/strategies', { ...strategyBody(account.id), ...body });
  const preview = (kind: string): Promise<Answer> =>
    call('POST', '/api/strategies/preview', { kind, params: gridParams(), legs });
  const start = (): Promise<Answer> => call('POST', of('/start'));
  const copy = (): Promise<Answer> => call('POST', of('/copy'), { market: 'ETH/USDT' });
  const apply = (): Promise<Answer> =>
    call('POST', `/api/templates/${template}/apply`, { name: 'Applied', legs });
  const templateOf = (kind: string): Promise<Answer> =>
    call('POST', '/api/templates', { name: 'Another', kind, params: gridParams() });
  const change = (params: object): Promise<Answer> => call('PUT', of(''), { params });

  const [kind, refused] = ['KIND_UNKNOWN', 'PLAN_REFUSED'];
  const tinyText = JSON.stringify(tiny);
  const confirmed = (quantity: string): object => ({ quantity, confirmation: `BUY ${quantity} ${market}` });
  return [
    { route: 'POST /api/strategies', code: kind, ask: () => create({ kind: UNKNOWN }) },
    { route: 'POST /api/strategies/preview', code: kind, ask: () => preview(UNKNOWN) },
    { route: 'POST /api/templates', code: kind, ask: () => templateOf(UNKNOWN) },
    {
      route: 'PUT /api/strategies/{id}',
      code: kind,
      ask: () => stored('strategy', 'kind', UNKNOWN, () => change(gridParams({ levels: 7 }))),
    },
    {
      route: 'POST /api/strategies/{id}/start',
      code: kind,
      ask: () => stored('strategy', 'kind', UNKNOWN, start),
    },
    {
      route: 'POST /api/strategies/{id}/copy',
      code: kind,
      ask: () => stored('strategy', 'kind', UNKNOWN, copy),
    },
    {
      route: 'POST /api/templates/{id}/apply',
      code: kind,
      ask: () => stored('strategy_template', 'kind', UNKNOWN, apply),
    },
    { route: 'POST /api/strategies', code: refused, ask: () => create({ params: tiny }) },
    { route: 'PUT /api/strategies/{id}', code: refused, ask: () => change(tiny) },
    {
      route: 'POST /api/strategies/{id}/start',
      code: refused,
      ask: () => stored('strategy', 'params', tinyText, start),
    },
    {
      route: 'POST /api/strategies/{id}/copy',
      code: refused,
      ask: () => stored('strategy', 'params', tinyText, copy),
    },
    {
      route: 'POST /api/templates/{id}/apply',
      code: refused,
      ask: () => stored('strategy_template', 'params', tinyText, apply),
    },
    {
      route: 'POST /api/orders',
      code: refused,
      ask: () => call('POST', '/api/orders', { ...order, ...confirmed('0.00001') }),
    },
    {
      route: 'POST /api/positions/close',
      code: refused,
      ask: () =>
        call('POST', '/api/positions/close', {
          ...legs[0],
          quantity: '0.00001',
          confirmation: `CLOSE ${market}`,
        }),
    },
  ];
}
