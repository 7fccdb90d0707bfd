import { connectRedis, createLogger, type Redis } from '@gridfleet/shared/infra';
import { startSimulator, type Simulator } from '@gridfleet/sim';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { claimRedisNumber, type RedisNumber } from '../../../../tests/harness/redis-number.js';
import { RIG_SYMBOL, VenueRig } from '../../../../tests/harness/venue-rig.js';
import { FleetBudget } from '../../budget/fleet-budget.js';
import { SPOT_LIMITS, VenueGate } from '../../budget/venue-gate.js';
import { NotSentError } from '../venue-error.js';

const log = createLogger('test', 'fatal');

let simulator: Simulator;
let number: RedisNumber;
let redis: Redis;
let rig: VenueRig;
let run = 0;
/** What the wall clock of the machine is wrong by, ms. */
let wrong = 0;

beforeAll(async () => {
  number = await claimRedisNumber(inject('redisUrl'));
  redis = connectRedis(number.url);
  simulator = await startSimulator({ speed: 1, loop: true, limits: { ordersPer10s: 10_000 } });
});
afterAll(async () => {
  redis.disconnect();
  await number.release();
  await simulator.close();
});

/** A node of the fleet in front of the same exchange. */
async function openNode(exchange = simulator): Promise<VenueRig> {
  const budget = new FleetBudget(redis, log);
  const scope = `rig-${process.pid}-${run}`;
  const gate = new VenueGate(budget, scope, '10.0.0.1', SPOT_LIMITS, () => Date.now());
  return VenueRig.open(exchange, { gate, wall: () => Date.now() + wrong });
}

beforeEach(async () => {
  run += 1;
  wrong = 0;
  rig = await openNode();
});
afterEach(() => rig.close());

const isOrder = (method: string, path: string): boolean => method === 'POST' && path === '/api/v3/order';
const refusal = (
  status: number,
  code: number,
  headers: Record<string, string> = {},
): Parameters<typeof answerWith>[0] => ({
  status,
  headers,
  body: JSON.stringify({ code, msg: 'said the test' }),
});

/** Answers the next `times` placements itself; they never reach the exchange. */
function answerWith(
  answer: { status: number; headers: Record<string, string>; body: string },
  times = Infinity,
): void {
  let left = times;
  rig.proxy.http = (method, path) => {
    if (!isOrder(method, path) || left <= 0) return 'pass';
    left -= 1;
    return answer;
  };
}

const placements = (): number => rig.proxy.requests.filter((made) => made === 'POST /api/v3/order').length;

describe('a placement', () => {
  it('is accepted, found by its client order id, cancelled, and gone', async () => {
    const { clientOrderId, outcome } = await rig.place();
    expect(outcome).toMatchObject({ phase: 'accepted', report: { clientOrderId, state: 'open' } });
    expect(await rig.account.order(RIG_SYMBOL, clientOrderId)).toMatchObject({ found: true });
    expect(await rig.account.cancel(RIG_SYMBOL, clientOrderId)).toMatchObject({ phase: 'canceled' });
    expect(await rig.account.cancel(RIG_SYMBOL, clientOrderId)).toEqual({ phase: 'gone' });
  });

  it.each([
    ['a 503 page', 503, '<html>'],
    ['a 504 without a body', 504, ''],
    ['a 200 that is cut short', 200, '{"symbol":"BTCUS'],
    ['a 200 of another form', 200, '{"ok":true}'],
    ['-1007', 408, '{"code":-1007,"msg":"Timeout"}'],
    ['-1006', 400, '{"code":-1006,"msg":"Unexpected"}'],
  ])('answered with %s is ambiguous', async (_what, status, body) => {
    answerWith({ status, headers: {}, body });
    expect((await rig.place()).outcome).toMatchObject({ phase: 'ambiguous' });
  });

  it('that the send guard holds back never leaves', async () => {
    const { outcome } = await rig.place({
      guard: () => {
        throw new NotSentError('LEASE_ENDING', 'The lease ends.');
      },
    });
    expect(outcome).toMatchObject({ phase: 'not-sent', reason: { code: 'LEASE_ENDING' } });
    expect(placements()).toBe(0);
  });
});

describe('a key', () => {
  it('tells whether it may withdraw; an answer that does not say so is an error', async () => {
    expect(await rig.account.permissions()).toMatchObject({ canTrade: true, canWithdraw: false });
    const answer = (body: string): void => {
      rig.proxy.http = (_method, path) =>
        path.includes('apiRestrictions') ? { status: 200, headers: {}, body } : 'pass';
    };
    answer('{"enableWithdrawals":true,"ipRestrict":false}');
    expect(await rig.account.permissions()).toMatchObject({ canWithdraw: true, isAddressBound: false });
    answer('{"ipRestrict":false}');
    await expect(rig.account.permissions()).rejects.toThrow();
  });
});

describe('a limit of the exchange', () => {
  it.each([
    [429, -1003],
    [418, -1003],
  ])('told by one %i keeps every node from sending anything until it ends', async (status, code) => {
    const other = await openNode();
    answerWith(refusal(status, code, { 'Retry-After': '7' }), 1);
    expect((await rig.place()).outcome).toMatchObject({ phase: 'rejected' });
    // The answer is taken note of beside the request.
    await expect
      .poll(() => other.account.cancel(RIG_SYMBOL, 'gfnone'))
      .toMatchObject({ phase: 'not-sent', reason: { code: 'GATE_CLOSED' } });
    rig.proxy.requests.length = 0;
    other.proxy.requests.length = 0;
    for (const node of [rig, other]) {
      await expect(node.account.openOrders(RIG_SYMBOL)).rejects.toMatchObject({
        kind: 'limited',
        phase: 'not-sent',
      });
      await expect(node.account.order(RIG_SYMBOL, 'gfnone')).rejects.toMatchObject({ code: 'GATE_CLOSED' });
      const held = await node.account.place(
        {
          market: node.market,
          clientOrderId: node.nextId(),
          side: 'buy',
          type: 'limit',
          timeInForce: 'GTC',
          postOnly: false,
          price: '50000',
          quantity: '0.001',
        },
        () => undefined,
      );
      expect(held).toMatchObject({ phase: 'not-sent', reason: { code: 'GATE_CLOSED' } });
      const { retryAt = 0 } = held as { retryAt?: number };
      expect(retryAt - Date.now()).toBeGreaterThan(3_000);
    }
    expect([...rig.proxy.requests, ...other.proxy.requests]).toEqual([]);
    await other.close();
  });

  it('of orders holds back new orders of the account, and neither cancels nor queries', async () => {
    const { clientOrderId } = await rig.place();
    answerWith(refusal(429, -1015, { 'Retry-After': '7' }), 1);
    expect((await rig.place()).outcome).toMatchObject({
      phase: 'rejected',
      reason: { code: 'TOO_MANY_ORDERS' },
    });
    await expect.poll(async () => (await rig.place()).outcome).toMatchObject({ phase: 'not-sent' });
    expect(await rig.account.cancel(RIG_SYMBOL, clientOrderId)).toMatchObject({ phase: 'canceled' });
  });

  it('never comes into reach: a burst of placements stops at the account’s share', async () => {
    const strict = await startSimulator({ speed: 1, loop: true });
    const node = await openNode(strict);
    const { bid } = await node.markets.quote(RIG_SYMBOL);
    const price = ((BigInt(bid.split('.')[0] ?? '0') * 9n) / 10n).toString();
    const burst = await Promise.all(
      Array.from({ length: 120 }, () =>
        node.account.place(
          {
            market: node.market,
            clientOrderId: node.nextId(),
            side: 'buy',
            type: 'limit',
            timeInForce: 'GTC',
            postOnly: false,
            price,
            quantity: '0.0001',
          },
          () => undefined,
        ),
      ),
    );
    // A new window may have begun in between.
    expect(burst.filter(({ phase }) => phase === 'rejected')).toEqual([]);
    expect(burst.filter(({ phase }) => phase === 'not-sent').length).toBeGreaterThan(0);
    await node.close();
    await strict.close();
  });
});

describe('a circuit', () => {
  it('opens after three refusals for want of funds and tells why; the other side trades on', async () => {
    for (let attempt = 0; attempt < 3; attempt++) {
      const { outcome } = await rig.place({ quantity: '50' });
      expect(outcome).toMatchObject({ phase: 'rejected', reason: { code: 'INSUFFICIENT_FUNDS' } });
    }
    const before = placements();
    const { outcome } = await rig.place();
    expect(outcome).toMatchObject({ phase: 'not-sent', reason: { code: 'CIRCUIT_OPEN' } });
    expect((outcome as { reason: { message: string } }).reason.message).toContain('INSUFFICIENT_FUNDS');
    expect(placements()).toBe(before);
    expect((await rig.place({ side: 'sell' })).outcome).toMatchObject({ phase: 'accepted' });
  });
});

describe('the clock', () => {
  it('is asked for anew after one -1021, and the order is sent once more', async () => {
    answerWith(refusal(400, -1021), 1);
    rig.proxy.requests.length = 0;
    expect((await rig.place()).outcome).toMatchObject({ phase: 'accepted' });
    expect(rig.proxy.requests.filter((made) => made === 'GET /api/v3/time')).toHaveLength(5);
    expect(placements()).toBe(2);
  });

  it('is not argued with: a second -1021 is the answer', async () => {
    answerWith(refusal(400, -1021));
    expect((await rig.place()).outcome).toMatchObject({
      phase: 'rejected',
      reason: { code: 'CLOCK_OUT_OF_WINDOW' },
    });
    expect(placements()).toBe(2);
  });

  it('half a second wrong is allowed for: requests carry the exchange’s time', async () => {
    wrong = -800;
    await rig.clock.measure();
    expect((await rig.place()).outcome).toMatchObject({ phase: 'accepted' });
  });

  it('that jumps by an hour stops every signed request until it is right again', async () => {
    await rig.place();
    wrong = 3_600_000;
    const before = placements();
    expect((await rig.place()).outcome).toMatchObject({
      phase: 'not-sent',
      reason: { code: 'CLOCK_UNSAFE' },
    });
    await expect(rig.account.openOrders(RIG_SYMBOL)).rejects.toMatchObject({ code: 'CLOCK_UNSAFE' });
    expect(placements()).toBe(before);
    wrong = 0;
    await expect.poll(async () => (await rig.place()).outcome).toMatchObject({ phase: 'accepted' });
  });
});
