import { AUXILIARY_SLOT } from '@gridfleet/shared/domain';
import { connectDatabase, migrate, setTradingState } from '@gridfleet/shared/infra';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.js';
import { fillReport, reportOf, storeAccount, storeHolding, StoredGrid } from '../testing/stored-grid.js';
import { AccountStore } from './account-store.js';
import { haveChanged } from './gates.js';
import type { LiveOrder } from './live-order.js';
import type { Input } from './step.js';
import { StepStore } from './step-store.js';

const NOW = 1_790_000_000_000;

let test: TestDatabase;
let database: DataSource;
let store: StepStore;
let accounts: AccountStore;

beforeAll(async () => {
  test = await createTestDatabase();
  await migrate(test.url);
  database = await connectDatabase(test.url, 10, undefined, true);
  store = new StepStore(database);
  accounts = new AccountStore(database);
});
afterAll(async () => {
  await database.destroy();
  await test.drop();
});

const event = (one: Extract<Input, { type: 'event' }>['event']): Input => ({ type: 'event', event: one });
const quote = event({ type: 'quote', leg: 0, market: 'SOL/USDT', bid: 13_990, ask: 14_000 });
const tick = event({ type: 'timer', name: 'tick' });

/** A grid of three cells that holds 1 SOL, told to sell everything; the clock of its life is here. */
class Exit {
  now = NOW;

  private constructor(
    readonly grid: StoredGrid,
    readonly accountId: number,
  ) {}

  static async begin(): Promise<Exit> {
    const accountId = await storeAccount(database);
    await storeHolding(database, accountId, 'USDT', '1000');
    await storeHolding(database, accountId, 'SOL', '0');
    const exit = new Exit(await StoredGrid.create(database, accountId), accountId);
    await exit.grid.start(store, NOW);
    await exit.step(exit.grid.acceptAll());
    const [first] = exit.live();
    await exit.step([{ type: 'report', report: fillReport(exit.idOf(first), '140', 'buy', NOW) }]);
    await exit.step([...exit.grid.acceptAll(), quote]);
    await exit.step([event({ type: 'lifecycle', action: 'stop', stop: 'sell' })]);
    return exit;
  }

  async step(inputs: Input[]): ReturnType<StoredGrid['step']> {
    this.now += 1_000;
    return this.grid.step(store, inputs, this.now);
  }

  live(): LiveOrder[] {
    return [...this.grid.memory.orders.values()].filter(({ row }) => !row.isFinal);
  }

  idOf(order: LiveOrder | undefined): string {
    return order?.row.clientOrderId ?? '';
  }

  /** Every cancel is confirmed. */
  async cancelAll(): ReturnType<StoredGrid['step']> {
    return this.step(
      this.live().map((order) => ({
        type: 'report',
        report: reportOf(this.idOf(order), { state: 'canceled' }),
      })),
    );
  }

  /** A look at the account that begins now, with what MySQL says it has. */
  async see(): ReturnType<StoredGrid['step']> {
    this.now += 1_000;
    const free = await accounts.free(this.accountId, ['SOL', 'USDT']);
    const [base, quoteFree] = [free.get('SOL') ?? null, free.get('USDT') ?? null];
    const seen = { leg: 0, market: 'SOL/USDT', at: this.now, base, quote: quoteFree, position: null };
    return this.step([event({ type: 'account', ...seen })]);
  }

  /** The node dies, and another one reads what is stored; quote and account are asked for anew. */
  async die(): Promise<void> {
    const { strategyId, kind } = this.grid.frame;
    const [state]: { header: string }[] = await database.query(
      'SELECT header FROM strategy_state WHERE strategy_id = ?',
      [strategyId],
    );
    const slots: { slot: number; state: string }[] = await database.query(
      'SELECT slot, state FROM slot WHERE strategy_id = ?',
      [strategyId],
    );
    const stored = new Map(slots.map((row) => [row.slot, JSON.parse(row.state) as unknown]));
    const machine = kind.restore(JSON.parse(state?.header ?? ''), stored);
    this.grid.memory = { ...this.grid.memory, machine, quotes: new Map() };
    await this.step([quote, tick]);
  }

  /** Ends what is left, whatever the exit waits for; gives the end of the run. */
  async finish(): Promise<{ state: string; reason_code: string; sold: string; sales: string }> {
    for (let round = 0; round < 20; round += 1) {
      const sale = this.live().find(({ row }) => row.slot >= AUXILIARY_SLOT);
      if (sale !== undefined)
        await this.step([
          { type: 'report', report: fillReport(this.idOf(sale), '139.9', `sale-${round}`, this.now) },
        ]);
      await this.cancelAll();
      await this.see();
      await this.step([quote, tick]);
    }
    const [row]: { state: string; reason_code: string; sold: string; sales: string }[] = await database.query(
      `SELECT r.state, r.reason_code, SUM(f.quantity) AS sold, COUNT(f.id) AS sales FROM run r
         LEFT JOIN fill f ON f.strategy_id = r.strategy_id AND f.side = 'sell' WHERE r.id = ? GROUP BY r.id`,
      [this.grid.runId],
    );
    if (row === undefined) throw new Error('no run');
    return row;
  }
}

describe('an exit whose node dies', () => {
  it.each<[string, (exit: Exit) => Promise<unknown>]>([
    ['before any cancel is confirmed', () => Promise.resolve()],
    ['when all orders are cancelled', (exit) => exit.cancelAll()],
    [
      'with its order on the way',
      async (exit) => {
        await exit.cancelAll();
        await exit.see();
        expect(exit.live().map(({ row }) => [row.side, row.price, row.timeInForce])).toEqual([
          ['sell', '139.9', 'IOC'],
        ]);
      },
    ],
    [
      'with its sale done and not confirmed by a look',
      async (exit) => {
        await exit.cancelAll();
        await exit.see();
        const [sale] = exit.live();
        const { result } = await exit.step([
          { type: 'report', report: fillReport(exit.idOf(sale), '139.9', 'sale', exit.now) },
        ]);
        expect(result).toMatchObject({ looks: true, finish: null });
      },
    ],
  ])('%s is ended once by the next, with everything sold once', async (_, until) => {
    const exit = await Exit.begin();
    await until(exit);
    await exit.die();
    const { state, reason_code: code, sold, sales } = await exit.finish();
    expect([state, code, Number(sold), Number(sales)]).toEqual(['stopped', 'STOPPED', 1, 1]);
  });
});

describe('an exit that cannot be', () => {
  it('tells people once, through the outbox, and goes on', async () => {
    const exit = await Exit.begin();
    await exit.cancelAll();
    // Somebody took the base away.
    await storeHolding(database, exit.accountId, 'SOL', '0');
    for (let round = 0; round < 40; round += 1) {
      await exit.see();
      await exit.step([quote, tick]);
    }
    const events: { event: string }[] = await database.query(
      "SELECT event FROM outbox WHERE event LIKE '%EXIT_NOT_FLAT%' AND event LIKE ?",
      [`%"strategyId":${exit.grid.frame.strategyId},%`],
    );
    expect(events.map(({ event: text }) => (JSON.parse(text) as { type: string }).type)).toEqual(['alert']);
    expect(exit.live()).toEqual([]);
    await storeHolding(database, exit.accountId, 'SOL', '1');
    expect(await exit.finish()).toMatchObject({ state: 'stopped' });
  });
});

describe('a gate of ours', () => {
  it('that opens lets what it refused be tried at once', async () => {
    const accountId = await storeAccount(database);
    const grid = await StoredGrid.create(database, accountId);
    const scope = { of: 'strategy', id: grid.frame.strategyId } as const;
    await setTradingState(database.manager, scope, 'HALTED', null, 'a@b.c');
    await grid.start(store, NOW);
    expect(new Set(grid.memory.refused.values())).toEqual(new Set(['TRADING_HALTED']));
    expect(haveChanged(grid.policies, await store.policies(grid.frame))).toBe(false);
    await setTradingState(database.manager, scope, 'ACTIVE', null, 'a@b.c');
    const policies = await store.policies(grid.frame);
    expect(haveChanged(grid.policies, policies)).toBe(true);
    grid.policies = policies;
    const retry = event({ type: 'retry', codes: [...new Set(grid.memory.refused.values())] });
    const { written } = await grid.step(store, [retry], NOW + 1_000);
    expect(written.intents).toHaveLength(3);
  });
});
