import { clientOrderId } from '@gridfleet/shared/domain';
import { setTradingState } from '@gridfleet/shared/infra';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../../tests/harness/database.js';
import { waitUntil } from '../../../tests/harness/wait.js';
import { Mailbox, type Letter } from '../run/mailbox.js';
import { OrderSender } from '../run/order-sender.js';
import { StepStore } from '../run/step-store.js';
import { log, RiskRig } from '../testing/risk-rig.js';
import type { StoredGrid } from '../testing/stored-grid.js';
import { pause } from '../util/pause.js';
import type { PlaceRequest, VenueAccount } from '../venue/venue.js';
import { NotSentError } from '../venue/venue-error.js';
import { gatedAccount } from './gated-account.js';
import { TradingGate } from './trading-gate.js';

let rig: RiskRig;
let database: DataSource;
let gate: TradingGate;
let grid: StoredGrid;
let accountId: number;
let strategyId: number;

beforeAll(async () => {
  rig = await RiskRig.open(await createTestDatabase());
  ({ database } = rig);
});
afterAll(() => rig.close());
beforeEach(async () => {
  ({ accountId, grid, strategyId, gate } = await rig.begin());
});

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
      await rig.halt('account', accountId);
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
