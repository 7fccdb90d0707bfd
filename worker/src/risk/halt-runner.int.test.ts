import { setTradingState } from '@gridfleet/shared/infra';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../../tests/harness/database.js';
import { StepStore } from '../run/step-store.js';
import { ExchangeTruth } from '../testing/exchange-truth.js';
import { log, RiskRig, sessionsOf } from '../testing/risk-rig.js';
import type { StoredGrid } from '../testing/stored-grid.js';
import type { VenueAccount } from '../venue/venue.js';
import { HaltRunner } from './halt-runner.js';
import { HaltStore } from './halt-store.js';

let rig: RiskRig;
let database: DataSource;
let grid: StoredGrid;
let accountId: number;
let strategyId: number;

beforeAll(async () => {
  rig = await RiskRig.open(await createTestDatabase());
  ({ database } = rig);
});
afterAll(() => rig.close());
beforeEach(async () => {
  ({ accountId, grid, strategyId } = await rig.begin());
});

describe('a halt', () => {
  /** An exchange with two orders of ours and one of somebody else. */
  function exchange(): ExchangeTruth {
    const truth = new ExchangeTruth();
    const ids = [...grid.memory.orders.values()].map(({ row }) => row.clientOrderId);
    for (const id of ids.slice(0, 2)) truth.accept(id, 'buy', '140', '1');
    truth.accept('by-hand', 'buy', '1', '1');
    return truth;
  }
  function venue(truth: ExchangeTruth): Partial<VenueAccount> {
    const { openOrders } = truth.account();
    return {
      openOrders,
      cancel: (_market, id) => {
        truth.cancel(id);
        const report = truth.orders.get(id);
        if (report === undefined) return Promise.resolve({ phase: 'gone' });
        return Promise.resolve({ phase: 'canceled', report });
      },
    };
  }
  const insert = async (orders: string, agoMs: number): Promise<number> => {
    const { insertId } = await database.query<{ insertId: number }>(
      `INSERT INTO halt (scope, scope_id, user_id, actor, orders, state, created_at)
         VALUES ('account', ?, 1, 'a@b.c', ?, 'running', ?)`,
      [accountId, orders, new Date(Date.now() - agoMs)],
    );
    return insertId;
  };
  const row = async (id: number) => {
    const [found] = await database.query<{ state: string; progress: string }[]>(
      'SELECT state, progress FROM halt WHERE id = ?',
      [id],
    );
    return { state: found?.state, progress: JSON.parse(found?.progress ?? 'null') as unknown };
  };
  const runner = (account: Partial<VenueAccount>, node = 'n1') =>
    new HaltRunner({
      store: new HaltStore(database),
      sessions: sessionsOf(account),
      node,
      poke: () => undefined,
      log,
    });

  beforeEach(async () => {
    await database.query('UPDATE installation SET epoch_salt = ? WHERE id = 1', ['ab12']);
    await grid.start(new StepStore(database));
    await grid.step(new StepStore(database), grid.acceptAll());
  });

  it('is done only when the exchange has shown that nothing of ours is left', async () => {
    const truth = exchange();
    await rig.halt('account', accountId);
    const id = await insert('cancel', 10_000);
    const one = runner(venue(truth));
    await one.pass();
    expect(await row(id)).toMatchObject({ state: 'running', progress: { openOrders: 2, canceled: 2 } });
    expect(truth.orders.get('by-hand')?.state).toBe('open');
    await one.pass();
    expect(await row(id)).toMatchObject({ state: 'done', progress: { openOrders: 0, canceled: 2 } });
  });

  it('is not done before orders under way have lost their validity, nor while one’s fate is unknown', async () => {
    await rig.halt('account', accountId);
    const id = await insert('cancel', 0);
    const one = runner(venue(new ExchangeTruth()));
    await one.pass();
    expect((await row(id)).state).toBe('running');
    await database.query('UPDATE halt SET created_at = created_at - INTERVAL 1 MINUTE WHERE id = ?', [id]);
    await database.query("UPDATE orders SET state = 'sent' WHERE strategy_id = ? LIMIT 1", [strategyId]);
    await one.pass();
    expect(await row(id)).toMatchObject({ state: 'running', progress: { unresolved: 1 } });
    await database.query("UPDATE orders SET state = 'open' WHERE strategy_id = ?", [strategyId]);
    await one.pass();
    expect((await row(id)).state).toBe('done');
  });

  it('stays open while an exchange does not answer, and another node goes on when its own falls silent', async () => {
    await rig.halt('account', accountId);
    const id = await insert('cancel', 10_000);
    await runner({ openOrders: () => Promise.reject(new Error('maintenance')) }).pass();
    expect(await row(id)).toMatchObject({
      state: 'running',
      progress: { problems: [{ accountId, message: 'maintenance' }] },
    });
    const second = runner(venue(new ExchangeTruth()), 'n2');
    await second.pass();
    expect((await row(id)).state).toBe('running');
    await database.query('UPDATE halt SET lease_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE id = ?', [
      id,
    ]);
    await second.pass();
    expect((await row(id)).state).toBe('done');
  });

  it('that sells closes every strategy first and halts for good when they are flat', async () => {
    const truth = new ExchangeTruth();
    await setTradingState(database.manager, { of: 'account', id: accountId }, 'REDUCING', null, 'a@b.c');
    const id = await insert('flatten', 10_000);
    const one = runner(venue(truth));
    await one.pass();
    expect(await row(id)).toMatchObject({ state: 'running', progress: { closing: 1 } });
    const [wanted] = await database.query<{ desired_state: string; stop_orders: string }[]>(
      'SELECT desired_state, stop_orders FROM strategy WHERE id = ?',
      [strategyId],
    );
    expect(wanted).toEqual({ desired_state: 'stopped', stop_orders: 'sell' });
    await database.query("UPDATE run SET state = 'stopped' WHERE strategy_id = ?", [strategyId]);
    await one.pass();
    expect(await row(id)).toMatchObject({ state: 'done' });
    expect((await rig.state('account', accountId))?.state).toBe('HALTED');
  });

  it('ends when somebody resumes', async () => {
    const id = await insert('cancel', 10_000);
    await runner(venue(exchange())).pass();
    expect((await row(id)).state).toBe('ended');
  });
});
