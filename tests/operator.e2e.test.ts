import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOrderId } from '@gridfleet/shared/domain';
import {
  orderPhrase,
  type AccountBalance,
  type Correction,
  type CredentialTest,
  type ForeignOrder,
  type ManualOrder,
  type ManualOrderRequest,
  type Order,
  type Strategy,
} from '@gridfleet/shared/schema';
import { createGrid, type TestPlatform } from './harness/platform.js';
import type { Rest } from './harness/rest.js';
import type { TestSimulator } from './harness/simulator.js';
import { startSystem, type TestSystem } from './harness/system.js';
import { waitUntil } from './harness/wait.js';

let system: TestSystem;
let sim: TestSimulator;
let platform: TestPlatform;
let api: Rest;
let accountId: number;
let gridId: number;

beforeAll(async () => {
  // It looks for orders of nobody each 3 s and not each 15 s.
  system = await startSystem({ env: { TIME_SCALE: '0.2' } });
  ({ sim, platform, api } = system);
  ({ accountId, id: gridId } = await createGrid(api));
});

afterAll(() => system.close());

/** Typed, as a person has to. */
function confirmed(order: Omit<ManualOrderRequest, 'accountId' | 'market'>): ManualOrderRequest {
  const request = { accountId, market: 'BTC/USDT', ...order };
  return { ...request, confirmation: orderPhrase(request) };
}
async function place(order: Omit<ManualOrderRequest, 'accountId' | 'market'>): Promise<ManualOrder> {
  const answer = await api.post<ManualOrder>('/api/orders', confirmed(order));
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}
/** The order once it is over: on a busy machine the first answer may come before. */
const final = (order: Order | null): Promise<Order> =>
  waitUntil(
    async () => {
      const { body } = await api.get<{ order: Order }>(`/api/orders/${order?.id ?? ''}`);
      return ['filled', 'canceled', 'rejected'].includes(body.order.state) ? body.order : null;
    },
    { timeoutMs: 15_000, what: 'the order to end' },
  );
const liveAt = async (clientId: string): Promise<string | undefined> =>
  (await sim.ledger()).account.orders.find((order) => order.clientOrderId === clientId)?.status;

describe('what an operator does by hand', () => {
  it('rests as an order of ours at the exchange, holds its funds, and is cancelled by hand', async () => {
    const { order, state } = await place({ side: 'buy', type: 'limit', price: '50000', quantity: '0.01' });
    expect(order).toMatchObject({ state: 'open', side: 'buy', price: '50000', quantity: '0.01' });
    expect(['recovering', 'running']).toContain(state);
    expect(await liveAt(order?.clientOrderId ?? '')).toBe('NEW');
    const balances = await api.get<{ items: AccountBalance[] }>(`/api/accounts/${accountId}/balances`);
    const usdt = balances.body.items.find(({ asset }) => asset === 'USDT');
    expect(usdt).toMatchObject({
      reserved: '500',
      reservedBy: [{ name: 'buy 0.01 BTC/USDT', amount: '500' }],
    });
    const canceled = await api.send<Order>('DELETE', `/api/orders/${order?.id ?? ''}`);
    expect(canceled).toMatchObject({ status: 200, body: { state: 'canceled' } });
    expect(await liveAt(order?.clientOrderId ?? '')).toBe('CANCELED');
    const again = await api.send<{ code: string }>('DELETE', `/api/orders/${order?.id ?? ''}`);
    expect(again).toMatchObject({ status: 409, body: { code: 'ORDER_ENDED' } });
  });

  it('fills at the market, is booked, and leaves nothing running', async () => {
    const { order, strategyId } = await place({ side: 'buy', type: 'market', quantity: '0.01' });
    expect(await final(order)).toMatchObject({ state: 'filled', filledQuantity: '0.01' });
    const record = await api.get<{ fills: { quantity: string }[] }>(`/api/orders/${order?.id ?? ''}`);
    expect(record.body.fills.length).toBeGreaterThan(0);
    await waitUntil(
      async () => (await api.get<Strategy>(`/api/strategies/${strategyId}`)).body.status.state === 'stopped',
      { timeoutMs: 10_000, what: 'the run of the order to end' },
    );
    const listed = await api.get<{ items: Strategy[] }>('/api/strategies?status=all');
    expect(listed.body.items.map(({ id }) => id)).toEqual([gridId]);
  });

  it('refuses what the exchange would refuse, naming the field, and what is reserved already', async () => {
    const bad = await api.post<{ code: string; details: { field: string; code: string }[] }>(
      '/api/orders',
      confirmed({ side: 'buy', type: 'limit', price: '50000.001', quantity: '0.01' }),
    );
    expect(bad).toMatchObject({
      status: 422,
      body: { code: 'PLAN_REFUSED', details: [{ field: 'body.price', code: 'PRICE_OFF_TICK' }] },
    });
  });

  it('sells free holdings of an account', async () => {
    const answer = await api.post<ManualOrder>('/api/positions/close', {
      accountId,
      market: 'BTC/USDT',
      quantity: '0.01',
      confirmation: 'CLOSE BTC/USDT',
    });
    expect(answer.status).toBe(200);
    expect(await final(answer.body.order)).toMatchObject({ side: 'sell', state: 'filled' });
  });

  it('tries the credentials and says what they may do', async () => {
    const { body } = await api.post<CredentialTest>(`/api/accounts/${accountId}/test`);
    expect(body).toMatchObject({
      ok: true,
      permissions: { canRead: true, canTrade: true, canWithdraw: false },
    });
  });

  it('pauses a strategy: its orders stay, none is added; and goes on', async () => {
    await api.post(`/api/strategies/${gridId}/start`);
    const open = async (): Promise<Order[]> =>
      (await api.get<{ items: Order[] }>(`/api/orders?strategyId=${gridId}&state=open&limit=1000`)).body
        .items;
    await waitUntil(async () => (await open()).filter(({ state }) => state === 'open').length >= 15, {
      timeoutMs: 30_000,
      what: 'the grid to rest',
    });
    const paused = await api.post<Strategy>(`/api/strategies/${gridId}/pause`);
    expect(paused).toMatchObject({
      status: 200,
      body: { tradingState: 'HALTED', tradingReason: { code: 'PAUSED' }, desiredState: 'running' },
    });
    const count = (await open()).length;
    const [before] = await platform.rows.query<{ n: string }[]>('SELECT MAX(id) AS n FROM orders');
    await sim.pause(true);
    expect(count).toBeGreaterThanOrEqual(15);
    const resumed = await api.post<Strategy>(`/api/strategies/${gridId}/resume`);
    expect(resumed).toMatchObject({ status: 200, body: { tradingState: 'ACTIVE', tradingReason: null } });
    const [after] = await platform.rows.query<{ n: string }[]>('SELECT MAX(id) AS n FROM orders');
    expect(after).toEqual(before);
    await sim.pause(false);
  });

  it('cancels an orphan at the exchange and leaves foreign orders alone', async () => {
    await api.send('PUT', `/api/accounts/${accountId}`, { orphanPolicy: 'report' });
    const [row] = await platform.rows.query<{ epoch_salt: string }[]>('SELECT epoch_salt FROM installation');
    const orphan = clientOrderId({
      salt: row?.epoch_salt ?? '',
      strategyId: gridId + 1000,
      leg: 0,
      slot: 0,
      side: 'buy',
      generation: 1,
    });
    await sim.placeForeign(orphan, '50000.00');
    await sim.placeForeign('placed-by-hand', '50000.00');
    const list = async (): Promise<ForeignOrder[]> =>
      (await api.get<{ items: ForeignOrder[] }>(`/api/accounts/${accountId}/foreign-orders`)).body.items;
    await waitUntil(async () => (await list()).length === 2, { timeoutMs: 40_000, what: 'both to be seen' });
    for (const order of await list()) {
      const { market, exchangeOrderId, isOrphan } = order;
      const answer = await api.post('/api/journal/cancel', { accountId, market, exchangeOrderId });
      expect([isOrphan, answer.status]).toEqual(isOrphan ? [true, 200] : [false, 404]);
    }
    expect([await liveAt(orphan), await liveAt('placed-by-hand')]).toEqual(['CANCELED', 'NEW']);
    const journal = await api.get<{ items: Correction[] }>('/api/journal?cause=ORPHAN_CANCELED');
    expect(journal.body.items).toMatchObject([{ accountId, after: { canceled: true } }]);
  });

  it('closes what a strategy holds', async () => {
    const answer = await api.post<ManualOrder>('/api/positions/close', {
      strategyId: gridId,
      confirmation: `CLOSE STRATEGY ${gridId}`,
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    await waitUntil(
      async () => {
        const { status } = (await api.get<Strategy>(`/api/strategies/${gridId}`)).body;
        return status.state === 'stopped' && status.positionCount === 0;
      },
      { timeoutMs: 30_000, what: 'the strategy to be flat and stopped' },
    );
  });
});
