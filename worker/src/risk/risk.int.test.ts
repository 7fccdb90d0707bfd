import { pino } from 'pino';
import { connectDatabase, migrate, readTradingState, setTradingState } from '@gridfleet/shared/infra';
import { clientOrderId, type RiskLimits } from '@gridfleet/shared/domain';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.js';
import { waitUntil } from '../../../tests/harness/wait.js';
import type { AccountSession, AccountSessions } from '../hub/account-sessions.js';
import { Mailbox, type Letter } from '../run/mailbox.js';
import type { EquityFigures } from '../run/equity-recorder.js';
import { OrderSender } from '../run/order-sender.js';
import { StepStore } from '../run/step-store.js';
import { ExchangeTruth } from '../testing/exchange-truth.js';
import { storeAccount, StoredGrid } from '../testing/stored-grid.js';
import { pause } from '../util/pause.js';
import type { PlaceRequest, VenueAccount } from '../venue/venue.js';
import { NotSentError } from '../venue/venue-error.js';
import { gatedAccount } from './gated-account.js';
import { HaltRunner } from './halt-runner.js';
import { HaltStore } from './halt-store.js';
import { RiskKeeper } from './risk-keeper.js';
import { RiskStore } from './risk-store.js';
import { ScopeWatch } from './scope-watch.js';
import { TradingGate } from './trading-gate.js';

const log = pino({ level: 'silent' });
let test: TestDatabase;
let database: DataSource;
let gate: TradingGate;
let store: RiskStore;
let grid: StoredGrid;
let accountId: number;
let strategyId: number;

beforeAll(async () => {
  test = await createTestDatabase();
  await migrate(test.url);
  database = await connectDatabase(test.url, 10, undefined, true);
  store = new RiskStore(database);
});
afterAll(async () => {
  await database.destroy();
  await test.drop();
});
beforeEach(async () => {
  accountId = await storeAccount(database);
  grid = await StoredGrid.create(database, accountId);
  ({ strategyId } = grid.frame);
  gate = new TradingGate(database, log);
});

const state = (of: 'strategy' | 'account', id: number) => readTradingState(database.manager, { of, id });
const halt = (of: 'strategy' | 'account', id: number) =>
  setTradingState(database.manager, { of, id }, 'HALTED', { code: 'OPERATOR', message: 'Stop.' }, 'a@b.c');

/** Sessions on accounts that exist only here. */
function sessionsOf(account: Partial<VenueAccount>): AccountSessions {
  const acquire = (): Promise<Partial<AccountSession>> =>
    Promise.resolve({ account: account as VenueAccount, release: () => Promise.resolve() });
  return { acquire } as unknown as AccountSessions;
}

describe('a halt amid a thousand sends', () => {
  it('lets no order onto the wire after a second, and the rest come back as never sent', async () => {
    const wire: number[] = [];
    const slow: Partial<VenueAccount> = {
      place: async (_request: PlaceRequest, guard) => {
        await pause(20, AbortSignal.timeout(20));
        try {
          guard(Date.now(), 2_000);
        } catch (error) {
          if (!(error instanceof NotSentError)) throw error;
          return { phase: 'not-sent', reason: { code: error.code, message: error.message } };
        }
        wire.push(performance.now());
        return { phase: 'ambiguous', reason: { code: 'TEST', message: 'No answer.' } };
      },
    };
    await grid.start(new StepStore(database));
    const [one] = [...grid.memory.orders.values()];
    if (one === undefined) throw new Error('the grid has no order');
    const { salt } = grid.frame;
    const orders = Array.from({ length: 1000 }, (_, slot) => {
      const id = clientOrderId({ salt, strategyId, leg: 0, slot, side: 'buy', generation: 1 });
      return { ...one, row: { ...one.row, clientOrderId: id } };
    });
    expect(orders).toHaveLength(1000);
    const mailbox = new Mailbox();
    const gated = gatedAccount(slow as VenueAccount, accountId, gate);
    const sender = new OrderSender(grid.frame, {
      accountOf: () => gated,
      lease: { signal: new AbortController().signal, remainingMs: () => 60_000 },
      mailbox,
      extend: () => Promise.resolve(),
      log,
    });
    await gate.start();
    try {
      for (const order of orders) sender.place(order);
      await waitUntil(() => wire.length >= 50, { timeoutMs: 10_000, what: 'the first sends', everyMs: 5 });
      await halt('account', accountId);
      const haltedAt = performance.now();
      await sender.settled();
      const sent = wire.length;
      expect(Math.max(...wire) - haltedAt).toBeLessThan(1_000);
      expect(sent).toBeLessThan(1000);
      const letters: Letter[] = mailbox.take().letters;
      const refused = letters.filter(
        (letter) => letter.type === 'outcome' && letter.outcome.phase === 'not-sent',
      );
      expect(refused).toHaveLength(1000 - sent);
      expect(refused[0]).toMatchObject({ outcome: { reason: { code: 'TRADING_HALTED' } } });
    } finally {
      gate.stop();
    }
  });

  it('holds sends back on a node that cannot read the states any more', async () => {
    let now = 0;
    const timed = new TradingGate(database, log, () => now);
    await timed.refresh();
    timed.assertOpen(accountId, strategyId, true);
    now = 10_001;
    expect(() => timed.assertOpen(accountId, strategyId, true)).toThrow(NotSentError);
  });

  it('of REDUCING keeps purchases back and lets sales through', async () => {
    await setTradingState(database.manager, { of: 'strategy', id: strategyId }, 'REDUCING', null, 'a@b.c');
    await gate.refresh();
    gate.assertOpen(accountId, strategyId, false);
    expect(() => gate.assertOpen(accountId, strategyId, true)).toThrow(/reducing/);
    gate.assertOpen(accountId, strategyId + 1, true);
  });
});

const figures = (total: string, change: Partial<EquityFigures> = {}): EquityFigures => ({
  currentPrice: '150',
  position: '1',
  positionCost: '140',
  positionCount: 1,
  realizedPnl: '0',
  unrealizedPnl: '0',
  total,
  ...change,
});
async function limits(table: 'strategy' | 'account', id: number, set: RiskLimits): Promise<void> {
  await database.query(`UPDATE ${table} SET risk_limits = ? WHERE id = ?`, [JSON.stringify(set), id]);
  await gate.refresh();
}
const pokes: number[] = [];
const keeper = () =>
  new RiskKeeper(strategyId, {
    database,
    store,
    gate,
    sessions: sessionsOf({}),
    poke: (id) => pokes.push(id),
    log,
  });
async function storeCycle(net: string, generation: number, at: number): Promise<void> {
  await database.query(
    `INSERT INTO cycle (strategy_id, run_id, leg, market, position_side, slot, generation, part, buy_price, sell_price,
       quantity, gross, fees, net, completed_at) VALUES (?, ?, 0, 'SOL/USDT', 'net', 0, ?, 0, 1, 1, 1, 0, 0, ?, ?)`,
    [strategyId, grid.runId, generation, net, new Date(at)],
  );
}
const NOON = 1_790_000_000_000 - (1_790_000_000_000 % 86_400_000) + 43_200_000;

describe('limits on losses', () => {
  it('remember the peak across a kill, stop at the limit with a warning before, and stay until resumed', async () => {
    await limits('strategy', strategyId, { maxDrawdown: '50' });
    await keeper().look(() => figures('30'), NOON);
    // The process is gone; another one goes on.
    const next = keeper();
    await next.look(() => figures('-15'), NOON + 1_000);
    expect((await state('strategy', strategyId))?.state).toBe('ACTIVE');
    await next.look(() => figures('-20'), NOON + 2_000);
    expect(await state('strategy', strategyId)).toMatchObject({
      state: 'REDUCING',
      reason: { code: 'DRAWDOWN_LIMIT' },
      changedBy: 'risk',
    });
    const events = await database.query<{ level: string; code: string }[]>(
      'SELECT level, code FROM risk_event WHERE scope_id = ? AND scope = ? ORDER BY id',
      [strategyId, 'strategy'],
    );
    expect(events.map(({ level, code }) => `${level} ${code}`)).toEqual([
      'warning DRAWDOWN_LIMIT',
      'breach DRAWDOWN_LIMIT',
    ]);
    await new ScopeWatch(database, store, gate, log).look(NOON + 400 * 86_400_000);
    expect((await state('strategy', strategyId))?.state).toBe('REDUCING');
  });

  it('end a day’s stop at midnight', async () => {
    await limits('strategy', strategyId, { maxDailyLoss: '50' });
    const one = keeper();
    await one.look(() => figures('0'), NOON);
    await one.look(() => figures('-50'), NOON + 1_000);
    expect(await state('strategy', strategyId)).toMatchObject({ reason: { code: 'DAILY_LOSS_LIMIT' } });
    const watch = new ScopeWatch(database, store, gate, log);
    await watch.look(NOON + 43_199_999);
    expect((await state('strategy', strategyId))?.state).toBe('REDUCING');
    await watch.look(NOON + 43_200_000);
    expect(await state('strategy', strategyId)).toMatchObject({ state: 'ACTIVE', reason: null });
  });

  it('count losing cycles from the database, cool down, and begin a new row afterwards', async () => {
    await limits('strategy', strategyId, { maxConsecutiveLosses: 2, cooldownMinutes: 30 });
    await keeper().look(() => figures('0'), NOON);
    await storeCycle('-1', 1, NOON + 1_000);
    await keeper().look(() => figures('0'), NOON + 2_000);
    expect((await state('strategy', strategyId))?.state).toBe('ACTIVE');
    await storeCycle('-1', 2, NOON + 3_000);
    await keeper().look(() => figures('0'), NOON + 4_000);
    expect(await state('strategy', strategyId)).toMatchObject({ reason: { code: 'LOSS_STREAK' } });
    const watch = new ScopeWatch(database, store, gate, log);
    await watch.look(NOON + 3_000 + 29 * 60_000);
    expect((await state('strategy', strategyId))?.state).toBe('REDUCING');
    await watch.look(NOON + 3_000 + 30 * 60_000);
    expect((await state('strategy', strategyId))?.state).toBe('ACTIVE');
    await gate.refresh();
    await keeper().look(() => figures('0'), NOON + 31 * 60_000);
    expect((await state('strategy', strategyId))?.state).toBe('ACTIVE');
  });

  it('sell what is held at a price stop, and only reduce when told so', async () => {
    await limits('strategy', strategyId, { stopPriceBelow: '100' });
    await keeper().look(() => figures('0', { currentPrice: '99' }), NOON);
    const [row] = await database.query<{ desired_state: string; stop_orders: string }[]>(
      'SELECT desired_state, stop_orders FROM strategy WHERE id = ?',
      [strategyId],
    );
    expect(row).toEqual({ desired_state: 'stopped', stop_orders: 'sell' });
    expect(pokes).toContain(strategyId);
    expect(await state('strategy', strategyId)).toMatchObject({ reason: { code: 'PRICE_STOP' } });
  });

  it('of an account add up its strategies', async () => {
    await limits('account', accountId, { maxDailyLoss: '100' });
    const second = await StoredGrid.create(database, accountId);
    const other = new RiskKeeper(second.frame.strategyId, {
      database,
      store,
      gate,
      sessions: sessionsOf({}),
      poke: () => undefined,
      log,
    });
    const watch = new ScopeWatch(database, store, gate, log);
    const mine = keeper();
    await mine.look(() => figures('0'), NOON);
    await other.look(() => figures('0'), NOON);
    await watch.look(NOON);
    await mine.look(() => figures('-60'), NOON + 6_000);
    await watch.look(NOON + 6_000);
    expect((await state('account', accountId))?.state).toBe('ACTIVE');
    await other.look(() => figures('-40'), NOON + 12_000);
    await watch.look(NOON + 12_000);
    expect(await state('account', accountId)).toMatchObject({
      state: 'REDUCING',
      reason: { code: 'DAILY_LOSS_LIMIT' },
    });
  });
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
      poke: (id) => pokes.push(id),
      log,
    });

  beforeEach(async () => {
    await database.query('UPDATE installation SET epoch_salt = ? WHERE id = 1', ['ab12']);
    await grid.start(new StepStore(database));
    await grid.step(new StepStore(database), grid.acceptAll());
  });

  it('is done only when the exchange has shown that nothing of ours is left', async () => {
    const truth = exchange();
    await halt('account', accountId);
    const id = await insert('cancel', 10_000);
    const one = runner(venue(truth));
    await one.pass();
    expect(await row(id)).toMatchObject({ state: 'running', progress: { openOrders: 2, canceled: 2 } });
    expect(truth.orders.get('by-hand')?.state).toBe('open');
    await one.pass();
    expect(await row(id)).toMatchObject({ state: 'done', progress: { openOrders: 0, canceled: 2 } });
  });

  it('is not done before orders under way have lost their validity, nor while one’s fate is unknown', async () => {
    await halt('account', accountId);
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
    await halt('account', accountId);
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
    expect((await state('account', accountId))?.state).toBe('HALTED');
  });

  it('ends when somebody resumes', async () => {
    const id = await insert('cancel', 10_000);
    await runner(venue(exchange())).pass();
    expect((await row(id)).state).toBe('ended');
  });
});
