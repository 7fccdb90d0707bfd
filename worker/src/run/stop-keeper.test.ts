import { STOP_SLOT, strategyKinds, type ExchangeStop, type Market } from '@gridfleet/shared/domain';
import { createLogger, type ExchangeStopRow, type OrderRow } from '@gridfleet/shared/infra';
import { beforeEach, describe, expect, it } from 'vitest';
import { SOL_LEG } from '../testing/sol-leg.js';
import type { VenueAccount } from '../venue/venue.js';
import type {
  StopOutcome,
  StopReport,
  StopRequest,
  VenueFutures,
  VenueStops,
} from '../venue/venue-futures.js';
import { StopKeeper } from './stop-keeper.js';
import type { StopStore } from './stop-store.js';

const MARKET: Market = { ...SOL_LEG.market, symbol: 'SOL/USDT:USDT', type: 'linear' };
const STRATEGY = 7;

const wanted = (price: string, side: ExchangeStop['side'] = 'sell'): ExchangeStop => ({
  key: { leg: 0, market: MARKET.symbol, positionSide: 'net', slot: STOP_SLOT },
  side,
  price,
});

/** An exchange with stops, and the rows in MySQL. */
class Bench {
  readonly rows = new Map<string, ExchangeStopRow>();
  readonly listed = new Map<string, StopReport>();
  /** What happened, in order. */
  readonly log: string[] = [];
  readonly orders: Omit<OrderRow, 'id'>[] = [];
  readonly told: string[] = [];
  outcome: StopOutcome['phase'] = 'accepted';

  readonly stops: VenueStops = {
    place: (request) => {
      this.log.push(`place ${request.triggerPrice}`);
      const reason = { code: 'WOULD_TRIGGER', message: 'no' };
      if (this.outcome === 'rejected' || this.outcome === 'not-sent')
        return Promise.resolve({ phase: this.outcome, reason });
      const report = this.accept(request);
      return Promise.resolve(
        this.outcome === 'accepted' ? { phase: 'accepted', report } : { phase: 'ambiguous', reason },
      );
    },
    cancel: (_market, id) => {
      this.log.push(`cancel ${this.listed.get(id)?.triggerPrice ?? '?'}`);
      return Promise.resolve(this.listed.delete(id) ? { phase: 'canceled' } : { phase: 'gone' });
    },
    find: (_market, id) => Promise.resolve(this.listed.get(id) ?? null),
    open: () => Promise.resolve([...this.listed.values()].filter(({ state }) => state === 'waiting')),
  };

  readonly store = {
    known: () => Promise.resolve({ rows: [...this.rows.values()], lastGeneration: this.rows.size }),
    intend: (row: ExchangeStopRow) => {
      this.log.push('row');
      this.rows.set(row.clientOrderId, { ...row });
      return Promise.resolve();
    },
    settle: (id: string, state: ExchangeStopRow['state']) => {
      const row = this.rows.get(id);
      if (row !== undefined) this.rows.set(id, { ...row, state });
      return Promise.resolve();
    },
    trigger: (id: string, order: Omit<OrderRow, 'id'>) => {
      this.orders.push(order);
      return this.store.settle(id, 'triggered');
    },
  };

  accept({ clientOrderId, side, positionSide, triggerPrice, quantity }: StopRequest): StopReport {
    const report: StopReport = {
      ...{ market: MARKET.symbol, clientOrderId, side, positionSide, triggerPrice, quantity },
      exchangeStopId: '1',
      state: 'waiting',
      orderId: null,
    };
    this.listed.set(clientOrderId, report);
    return report;
  }

  /** The only stop there is, in another state. */
  become(state: StopReport['state'], orderId: string | null = null): void {
    const [stop] = [...this.listed.values()];
    if (stop !== undefined) this.listed.set(stop.clientOrderId, { ...stop, state, orderId });
  }

  keeper(runId = 1, verifyMs = 0): StopKeeper {
    const kind = strategyKinds.get('range-grid')?.bind({
      ...{ lower: '140', upper: '143', levels: 4 },
      quantity: { mode: 'base', value: '1' },
    });
    if (kind === undefined) throw new Error('no such kind');
    const context = { legs: [{ ...SOL_LEG, market: MARKET }] };
    const child = { found: true, report: { quantity: '3' } };
    return new StopKeeper({
      frame: { strategyId: STRATEGY, runId, fence: 1, salt: 'ab12', kind, context, accountIds: [1] },
      leg: 0,
      market: MARKET,
      account: { order: () => Promise.resolve(child) } as unknown as VenueAccount,
      futures: {
        originOf: () => Promise.resolve({ by: 'account', clientOrderId: 'child' }),
      } as unknown as VenueFutures,
      stops: this.stops,
      store: this.store as unknown as StopStore,
      lease: { signal: new AbortController().signal, remainingMs: () => 5_000 },
      verifyMs,
      triggered: ({ code }) => this.told.push(code),
      changed: () => undefined,
      log: createLogger('test', 'silent'),
    });
  }

  states(): string[] {
    return [...this.rows.values()].map(({ state }) => state);
  }
}

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe('a stop at the exchange', () => {
  it('is written down, then sent, and rests from its acceptance on', async () => {
    const keeper = bench.keeper();
    expect(keeper.rests('sell')).toBe(false);
    await keeper.keep([wanted('130')], false);
    expect(bench.log).toEqual(['row', 'place 130']);
    expect(keeper.rests('sell')).toBe(true);
    expect(keeper.rests('buy')).toBe(false);
    await keeper.keep([wanted('130')], false);
    expect(bench.log).toHaveLength(2);
  });

  it('closes whatever is held, so that a fill needs no new one', async () => {
    await bench.keeper().keep([wanted('130')], false);
    expect([...bench.listed.values()]).toMatchObject([{ quantity: null, side: 'sell' }]);
  });

  it('that somebody cancelled is placed again when it is looked for', async () => {
    const keeper = bench.keeper();
    await keeper.keep([wanted('130')], false);
    bench.become('ended');
    await keeper.keep([wanted('130')], false);
    expect(bench.states()).toEqual(['ended', 'waiting']);
    expect(keeper.rests('sell')).toBe(true);
  });

  it('is looked up in its turn only', async () => {
    const keeper = bench.keeper(1, 60_000);
    await keeper.keep([wanted('130')], false);
    bench.become('ended');
    await keeper.keep([wanted('130')], false);
    expect(keeper.rests('sell')).toBe(true);
    await keeper.verify();
    expect(keeper.rests('sell')).toBe(false);
  });

  it('whose answer was lost is looked up, not sent again', async () => {
    bench.outcome = 'ambiguous';
    const keeper = bench.keeper(1, 60_000);
    await keeper.keep([wanted('130')], false);
    expect(keeper.rests('sell')).toBe(false);
    await keeper.keep([wanted('130')], false);
    expect(keeper.rests('sell')).toBe(true);
    expect(bench.log).toEqual(['row', 'place 130']);
  });

  it('that is refused says why, and is not tried at every tick', async () => {
    bench.outcome = 'rejected';
    const keeper = bench.keeper();
    await keeper.keep([wanted('130')], false);
    await keeper.keep([wanted('130')], false);
    expect(bench.log).toEqual(['row', 'place 130']);
    expect(keeper.refusal).toMatchObject({ isRejected: true, reason: { code: 'WOULD_TRIGGER' } });
    expect(bench.states()).toEqual(['ended']);
  });

  it('is moved where a new revision wants it: the old one goes first, the exchange takes one of a side', async () => {
    await bench.keeper().keep([wanted('130')], false);
    await bench.keeper().keep([wanted('130.01')], false);
    expect(bench.log).toEqual(['row', 'place 130', 'cancel 130', 'row', 'place 130.01']);
    expect(bench.states()).toEqual(['ended', 'waiting']);
  });

  it('does not follow a trailing price at every tick', async () => {
    const keeper = bench.keeper();
    await keeper.keep([wanted('130')], false);
    await keeper.keep([wanted('131')], false);
    expect([...bench.listed.values()]).toMatchObject([{ triggerPrice: '130' }]);
  });

  it('becomes an order of the strategy when it is triggered, and ends it', async () => {
    const keeper = bench.keeper();
    await keeper.keep([wanted('130')], false);
    bench.become('triggered', '99');
    expect(await keeper.verify()).toBe(true);
    expect(bench.orders).toMatchObject([
      { exchangeOrderId: '99', clientOrderId: 'child', quantity: '3', slot: STOP_SLOT, reduceOnly: true },
    ]);
    expect(keeper.rests('sell')).toBe(false);
    await keeper.keep([wanted('130')], false);
    expect(bench.told).toEqual(['STOP_LOSS']);
    await keeper.keep([], true);
    expect(bench.states()).toEqual(['ended']);
  });

  it('triggered is told again by the next node, but not to the next life of the strategy', async () => {
    await bench.keeper().keep([wanted('130')], false);
    bench.become('triggered', '99');
    await bench.keeper().verify();
    await bench.keeper().keep([], false);
    expect(bench.told).toEqual(['STOP_LOSS']);
    await bench.keeper(2).keep([], false);
    expect(bench.told).toEqual(['STOP_LOSS']);
    expect(bench.states()).toEqual(['ended']);
  });

  it('with our prefix that no row knows is cancelled; those of others are left alone', async () => {
    await bench.keeper().keep([wanted('130')], false);
    bench.rows.clear();
    const foreign: StopReport = {
      ...{ market: MARKET.symbol, clientOrderId: 'byhand', side: 'sell', positionSide: 'net' },
      ...{ triggerPrice: '120', quantity: '1', exchangeStopId: '5', state: 'waiting', orderId: null },
    };
    bench.listed.set('byhand', foreign);
    await bench.keeper().verify();
    expect([...bench.listed.keys()]).toEqual(['byhand']);
  });

  it('is taken away when nothing is left to protect', async () => {
    const keeper = bench.keeper();
    await keeper.keep([wanted('130'), wanted('190', 'buy')], false);
    expect(bench.listed.size).toBe(2);
    await keeper.release();
    expect(bench.listed.size).toBe(0);
    expect(bench.states()).toEqual(['ended', 'ended']);
  });
});
