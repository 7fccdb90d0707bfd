import {
  STOP_SLOT,
  strategyKinds,
  type ExchangeStop,
  type Market,
  type StrategyView,
} from '@gridfleet/shared/domain';
import { createLogger, type ExchangeStopRow } from '@gridfleet/shared/infra';
import { beforeEach, describe, expect, it } from 'vitest';
import { waitUntil } from '../../../tests/harness/wait.js';
import { SOL_LEG } from '../testing/sol-leg.js';
import type { VenueAccount } from '../venue/venue.js';
import type { StopReport, VenueFutures, VenueStops } from '../venue/venue-futures.js';
import { Mailbox } from './mailbox.js';
import type { RunStore } from './run-store.js';
import { StopGuard, unguardedAtFirst } from './stop-guard.js';

// What may be opened, at an exchange that takes a stop of the whole position only while there is one.

const MARKET: Market = { ...SOL_LEG.market, symbol: 'SOL/USDT:USDT', type: 'linear' };
const STOP: ExchangeStop = {
  key: { leg: 0, market: MARKET.symbol, positionSide: 'net', slot: STOP_SLOT },
  side: 'sell',
  price: '130',
};

let isFlat: boolean;
let refusal: string | null;
let asked: number;
let resting: Map<string, StopReport>;
let guard: StopGuard;
let account: VenueAccount;

/** Rows in memory. */
function storeOf(rows: Map<string, ExchangeStopRow>): RunStore {
  const repository = {
    findBy: () => Promise.resolve([...rows.values()].filter(({ state }) => state !== 'ended')),
    maximum: () => Promise.resolve(rows.size),
    insert: (row: ExchangeStopRow) => Promise.resolve(rows.set(row.clientOrderId, { ...row })),
    update: ({ clientOrderId: id }: { clientOrderId: string }, change: Partial<ExchangeStopRow>) => {
      const row = rows.get(id);
      if (row !== undefined) rows.set(id, { ...row, ...change });
      return Promise.resolve();
    },
  };
  const manager = { getRepository: () => repository };
  return {
    fenced: (_id: number, _fence: number, work: (with_: typeof manager) => unknown) => work(manager),
  } as unknown as RunStore;
}

const stops: VenueStops = {
  place: ({ market, clientOrderId, side, positionSide, triggerPrice, quantity }) => {
    asked += 1;
    const code = refusal ?? (isFlat ? 'NO_POSITION' : null);
    if (code !== null) return Promise.resolve({ phase: 'rejected', reason: { code, message: 'Not now.' } });
    const report: StopReport = {
      ...{ market: market.symbol, clientOrderId, side, positionSide, triggerPrice, quantity },
      ...{ exchangeStopId: '1', state: 'waiting', orderId: null },
    };
    resting.set(clientOrderId, report);
    return Promise.resolve({ phase: 'accepted', report });
  },
  cancel: () => Promise.resolve({ phase: 'gone' }),
  find: (_market, id) => Promise.resolve(resting.get(id) ?? null),
  open: () => Promise.resolve([...resting.values()]),
};

const codes = (): (string | undefined)[] => [...guard.unguarded().values()].map(({ code }) => code);

async function pass(until: () => boolean): Promise<void> {
  await waitUntil(
    () => {
      guard.tick();
      return until();
    },
    { timeoutMs: 3_000, what: 'a pass over the stops', everyMs: 5 },
  );
}

beforeEach(() => {
  [isFlat, refusal, asked, resting] = [true, null, 0, new Map<string, StopReport>()];
  const kind = strategyKinds.get('range-grid')?.bind({
    ...{ lower: '140', upper: '143', levels: 4 },
    quantity: { mode: 'base', value: '1' },
  });
  if (kind === undefined) throw new Error('no such kind');
  const context = { legs: [{ ...SOL_LEG, market: MARKET }] };
  account = { futures: { stops } as unknown as VenueFutures } as unknown as VenueAccount;
  guard = new StopGuard({
    frame: { strategyId: 7, runId: 1, fence: 1, salt: 'ab12', kind, context, accountIds: [1] },
    store: storeOf(new Map()),
    lease: { signal: new AbortController().signal, remainingMs: () => 5_000 },
    mailbox: new Mailbox(),
    account: () => account,
    view: () => ({ stops: [STOP], ending: false }) as unknown as StrategyView,
    isFlat: () => isFlat,
    verifyMs: 60_000,
    log: createLogger('test', 'silent'),
  });
});

describe('a stop that is refused as long as there is no position', () => {
  it('keeps nothing back once the exchange has said so, and is there right after the entry', async () => {
    expect([
      ...unguardedAtFirst({ stops: [STOP] } as unknown as StrategyView, () => account).values(),
    ]).toMatchObject([{ code: 'EXCHANGE_STOP_REQUIRED' }]);
    expect(codes()).toEqual(['EXCHANGE_STOP_REQUIRED']);
    await pass(() => asked === 1);
    // The entry may be made; the next attempt would only come in five seconds.
    await pass(() => codes().length === 0);
    expect(guard.isComplete).toBe(false);

    isFlat = false;
    expect(codes()).toEqual(['EXCHANGE_STOP_REQUIRED']);
    await pass(() => guard.isComplete);
    expect(asked).toBe(2);
    expect(codes()).toEqual([]);
  });

  it('keeps more of a position back that it does not guard', async () => {
    await pass(() => codes().length === 0 && asked === 1);
    [isFlat, refusal] = [false, 'STOP_LIMIT_REACHED'];
    await pass(() => asked === 2);
    await waitUntil(() => guard.unguarded().get(0)?.message.includes('Not now.'), {
      timeoutMs: 1_000,
      what: 'the reason',
    });
    expect(codes()).toEqual(['EXCHANGE_STOP_REQUIRED']);
  });
});

describe('a stop that would trigger at once', () => {
  it('keeps the entry back: the position would be closed as it opens', async () => {
    refusal = 'WOULD_TRIGGER';
    await pass(() => asked === 1);
    expect(codes()).toEqual(['EXCHANGE_STOP_REQUIRED']);
  });
});
