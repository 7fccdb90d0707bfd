import { startSimulator, type Simulator } from '@gridfleet/sim';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StreamProxy } from '../../../../tests/harness/stream-proxy.js';
import { RIG_SYMBOL, VenueRig } from '../../../../tests/harness/venue-rig.js';
import type { StreamTimes } from '../stream/supervised-stream.js';
import type { OrderReport, VenueQuote } from '../venue.js';
import type { BinanceAccount } from './binance-account.js';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const FAST: Partial<StreamTimes> = {
  dialMs: 1_000,
  checkMs: 20,
  pingMs: 50,
  silentMs: 600,
  overlapMs: 50,
  backoffMs: 10,
  backoffMaxMs: 100,
};

let simulator: Simulator;
let rig: VenueRig;
let proxy: StreamProxy;
const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);

beforeAll(async () => {
  process.on('unhandledRejection', note);
  simulator = await startSimulator({ speed: 1, loop: true, limits: { ordersPer10s: 10_000 } });
});
afterAll(async () => {
  await simulator.close();
  process.off('unhandledRejection', note);
});

beforeEach(async () => {
  rig = await VenueRig.open(simulator, { times: FAST, quotes: { quietMs: 150 } });
  ({ proxy } = rig);
});
afterEach(async () => {
  await rig.close();
  expect(unhandled).toEqual([]);
});

/** Places a bid that rests, and gives its client order id. */
async function placeBid(): Promise<string> {
  const { clientOrderId, outcome } = await rig.place();
  expect(outcome).toMatchObject({ phase: 'accepted' });
  return clientOrderId;
}

interface Hearing {
  reports: OrderReport[];
  gaps: string[];
  /** Whether an order placed now is heard of by the stream. */
  hears(): Promise<void>;
  stop(): Promise<void>;
}

function listen(to: BinanceAccount = rig.account): Hearing {
  const reports: OrderReport[] = [];
  const gaps: string[] = [];
  const abort = new AbortController();
  const done = to.watchPrivate(
    { onReport: (report) => reports.push(report), onGap: (reason) => gaps.push(reason) },
    abort.signal,
  );
  return {
    reports,
    gaps,
    hears: async () => {
      const id = await placeBid();
      await poll(() => reports.some(({ clientOrderId }) => clientOrderId === id)).toBe(true);
    },
    stop: async () => {
      abort.abort();
      await done;
    },
  };
}

const poll = (look: () => unknown) => expect.poll(look, { timeout: 10_000, interval: 10 });
const opened = (hearing: Hearing, times = 1): Promise<void> =>
  poll(() => hearing.gaps.filter((gap) => gap === 'private stream opened').length).toBeGreaterThanOrEqual(
    times,
  );

describe('the private stream', () => {
  it('says when it is open, and brings every event', async () => {
    const hearing = listen();
    await opened(hearing);
    await hearing.hears();
    await hearing.stop();
  });

  it.each<[string, () => void]>([
    ['the connection is cut', () => proxy.cut()],
    ['the connection freezes: nothing comes, not even pongs', () => proxy.freeze()],
    [
      'the venue ends the subscription',
      () => proxy.say({ subscriptionId: 0, event: { e: 'eventStreamTerminated', E: Date.now() } }),
    ],
    ['the stream’s key expires', () => proxy.say({ e: 'listenKeyExpired', E: Date.now(), listenKey: 'k' })],
  ])('comes back when %s, and says that events may be missing', async (_what, fault) => {
    const hearing = listen();
    await opened(hearing);
    fault();
    await opened(hearing, 2);
    expect(hearing.gaps.some((gap) => gap.startsWith('private stream lost'))).toBe(true);
    await hearing.hears();
    await hearing.stop();
  });

  it('changes over without a gap when the server is about to stop', async () => {
    const hearing = listen();
    await opened(hearing);
    proxy.say({ e: 'serverShutdown', E: Date.now() });
    await poll(() => proxy.dials.length).toBe(2);
    await poll(() => proxy.open).toBe(1);
    await hearing.hears();
    expect(hearing.gaps).toEqual(['private stream opened']);
    await hearing.stop();
  });

  it('is replaced before the exchange ends it, and loses nothing meanwhile', async () => {
    const aging = rig.makeAccount({ ...FAST, rotateMs: 300, rotateSpreadMs: 50 });
    const hearing = listen(aging);
    await opened(hearing);
    const ids: string[] = [];
    await poll(async () => {
      ids.push(await placeBid());
      return proxy.dials.length;
    }).toBeGreaterThan(3);
    const heard = (): Set<string> => new Set(hearing.reports.map(({ clientOrderId }) => clientOrderId));
    await poll(() => ids.filter((id) => !heard().has(id))).toEqual([]);
    expect(hearing.gaps).toEqual(['private stream opened']);
    await hearing.stop();
    await aging.close();
  });

  it('that is deaf is replaced when its business clock runs out, although it answers pings', async () => {
    const suspicious = rig.makeAccount({ ...FAST, eventlessMs: 400 });
    const hearing = listen(suspicious);
    await opened(hearing);
    proxy.deaf = true;
    const dials = proxy.dials.length;
    await poll(() => proxy.dials.length).toBeGreaterThan(dials);
    proxy.deaf = false;
    await hearing.hears();
    await hearing.stop();
    await suspicious.close();
  });

  it.each(['refuse', 'hang'] as const)('outlives a venue that lets every dial %s', async (dial) => {
    proxy.dial = dial;
    const hearing = listen();
    await poll(() => proxy.dials.length).toBeGreaterThan(1);
    proxy.dial = 'relay';
    await opened(hearing);
    await hearing.hears();
    await hearing.stop();
  });

  it('outlives a refused login without an unhandled rejection', async () => {
    const stranger = rig.makeAccount(FAST, { apiKey: 'x'.repeat(64), secret: 'y'.repeat(64) });
    const hearing = listen(stranger);
    await poll(() => hearing.gaps.length).toBeGreaterThan(2);
    expect(hearing.gaps[0]).toContain('KEY_REFUSED');
    await hearing.stop();
    await stranger.close();
  });
});

describe('quotes', () => {
  function follow(): { quotes: VenueQuote[]; stop: () => Promise<void> } {
    const quotes: VenueQuote[] = [];
    const abort = new AbortController();
    const done = rig.markets.watchQuotes(
      RIG_SYMBOL,
      (quote) => quotes.push(quote),
      () => undefined,
      abort.signal,
    );
    return {
      quotes,
      stop: async () => {
        abort.abort();
        await done;
      },
    };
  }

  it('go on after the connection was cut', async () => {
    const { quotes, stop } = follow();
    await poll(() => quotes.length).toBeGreaterThan(2);
    proxy.cut();
    await poll(() => proxy.dials.length).toBeGreaterThan(1);
    const before = quotes.length;
    await poll(() => quotes.length).toBeGreaterThan(before + 3);
    await stop();
  });

  it('of a quiet market stay fresh by asking, without a new connection', async () => {
    const { quotes, stop } = follow();
    await poll(() => quotes.length).toBeGreaterThan(0);
    await setPaused(true);
    proxy.requests.length = 0;
    await poll(
      () => proxy.requests.filter((made) => made === 'GET /api/v3/ticker/24hr').length,
    ).toBeGreaterThan(3);
    expect(proxy.dials).toHaveLength(1);
    await setPaused(false);
    await stop();
  });

  it('of a deaf stream are noticed by asking, and the stream is replaced', async () => {
    const { quotes, stop } = follow();
    await poll(() => quotes.length).toBeGreaterThan(0);
    proxy.deaf = true;
    await poll(() => proxy.dials.length).toBeGreaterThan(1);
    await stop();
  });

  it('for a second follower come over the same connection, which ends with the last one', async () => {
    const first = follow();
    await poll(() => first.quotes.length).toBeGreaterThan(0);
    const second = follow();
    await poll(() => second.quotes.length).toBeGreaterThan(1);
    expect(proxy.dials).toHaveLength(1);
    await Promise.all([first.stop(), second.stop()]);
    await poll(() => proxy.open).toBe(0);
  });
});

async function setPaused(paused: boolean): Promise<void> {
  await fetch(`${simulator.url}/_sim/replay`, {
    method: 'POST',
    body: JSON.stringify({ paused }),
    signal: AbortSignal.timeout(5_000),
  });
}
