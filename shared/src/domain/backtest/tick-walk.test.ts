import { describe, expect, it } from 'vitest';
import { runTickBacktest } from './run-backtest.js';
import { gridSetup } from './test-market.js';
import { parseTicks, type TickEvent } from './tick-file.js';

const free = { fees: { maker: '0', taker: '0', currency: 'quote' as const } };
const quote = (time: number, bid: number, ask: number, steps = 10_000): TickEvent => ({
  kind: 'quote',
  time,
  bid: bid * 100,
  bidSteps: steps,
  ask: ask * 100,
  askSteps: steps,
});
const trade = (time: number, price: number, steps: number, aggressor: 'buy' | 'sell'): TickEvent => ({
  kind: 'trade',
  time,
  price: price * 100,
  steps,
  aggressor,
});

function fills(events: TickEvent[]): string[] {
  const result = runTickBacktest(gridSetup({}, free), events, { arrivalOf: (_order, now) => now });
  return result.fills.map(([, side, price, quantity]) => `${side} ${quantity} at ${price}`);
}

describe('a backtest over ticks', () => {
  it('buys the initial base at the ask', () => {
    const result = runTickBacktest(gridSetup({}, free), [quote(1, 149, 150), quote(2, 149, 150)]);
    expect(result.initialFills.map(([, side, price]) => [side, price])).toEqual([['BUY', '150']]);
    expect(result.fills).toEqual([]);
  });

  it('fills an order only for what trades at its price, part by part', () => {
    const events = [quote(1, 149, 150), trade(2, 148, 30, 'sell'), trade(3, 148, 30, 'sell')];
    expect(fills(events)).toEqual(['BUY 0.3 at 148', 'BUY 0.3 at 148']);
  });

  it('lets the displayed quantity ahead of the order trade first', () => {
    // At its start the grid joins 500 steps displayed at 148.
    const start: TickEvent[] = [quote(1, 148, 150, 500)];
    expect(fills([...start, trade(2, 148, 500, 'sell')])).toEqual([]);
    expect(fills([...start, trade(2, 148, 550, 'sell')])).toEqual(['BUY 0.5 at 148']);
  });

  it('queues behind the depth displayed at the price of an order below the best', () => {
    const book: TickEvent = { kind: 'book', time: 1, bids: [[14_800, 500]], asks: [] };
    const start = [book, quote(1, 149, 150)];
    expect(fills([...start, quote(2, 148, 150, 500), trade(3, 148, 500, 'sell')])).toEqual([]);
    expect(fills([...start, quote(2, 148, 150, 500), trade(3, 148, 550, 'sell')])).toEqual([
      'BUY 0.5 at 148',
    ]);
  });

  it('fills nothing before an order has arrived, and at the market when its price has gone by then', () => {
    const events = [quote(1, 149, 150), trade(5, 148, 100, 'sell'), quote(6, 146, 147), quote(20, 146, 147)];
    const late = (time: number | null): string[] => {
      const result = runTickBacktest(gridSetup({}, free), events, {
        arrivalOf: ({ price }) => (price === 14_800 ? time : null),
      });
      return result.fills.map(([at, side, price]) => `${at}: ${side} at ${price}`);
    };
    expect(late(2)).toEqual(['5: BUY at 148']);
    expect(late(10)).toEqual(['6: BUY at 147']);
    expect(late(null)).toEqual([]);
  });

  it('lets an order travel for 50 ms, so that it cannot trade at a price that is gone', () => {
    const before = [quote(1, 149, 150), quote(60, 149, 150), trade(61, 148, 100, 'sell')];
    // The bid of the last quote would still be 149: the counter order at 150 must wait for the market to come.
    const result = runTickBacktest(gridSetup({}, free), [
      ...before,
      trade(62, 151, 100, 'buy'),
      trade(112, 151, 100, 'buy'),
    ]);
    expect(result.fills.map(([at, side, price]) => [at, side, price])).toEqual([
      [61, 'BUY', '148'],
      [112, 'SELL', '150'],
    ]);
  });

  it('lets it travel for as long as it is told, the same way each time', () => {
    const events = [quote(1, 149, 150), quote(9, 149, 150), trade(10, 148, 100, 'sell')];
    const later = [trade(20, 151, 100, 'buy'), trade(45, 151, 100, 'buy'), trade(90, 151, 100, 'buy')];
    const run = (latencyMs: number): [number, string, string][] =>
      runTickBacktest(gridSetup({}, free), [...events, ...later], { latencyMs }).fills.map(
        ([at, side, price]) => [at, side, price],
      );
    expect(run(5)).toEqual([
      [10, 'BUY', '148'],
      [20, 'SELL', '150'],
    ]);
    expect(run(8)[1]).toEqual([20, 'SELL', '150']);
    // The order itself is not there yet when its price trades.
    expect(run(30)).toEqual([]);
    expect(run(5)).toEqual(run(5));
  });

  it('arms the counter order when the whole order has filled', () => {
    const events = [
      quote(1, 149, 150),
      trade(2, 148, 100, 'sell'),
      quote(3, 150, 151),
      trade(4, 151, 50, 'buy'),
    ];
    expect(fills(events)).toEqual(['BUY 1 at 148', 'SELL 1 at 150']);
  });
});

describe('a recording', () => {
  const { market } = gridSetup();
  const line = (stream: string, data: unknown): string =>
    `1723161254087891268 ${JSON.stringify({ stream: `solusdt@${stream}`, data })}`;
  const best = { s: 'SOLUSDT', b: '149.00000000', B: '3', a: '150.01', A: '2.5' };

  it('gives best quotes, trades and depth in ticks and steps', () => {
    const events = parseTicks(
      [
        line('depth@100ms', { s: 'SOLUSDT', u: 1, b: [['148', '2']], a: [['151.5', '0']] }),
        line('bookTicker', best),
        line('trade', { s: 'SOLUSDT', p: '150', q: '0.02', m: true }),
        '',
      ].join('\n'),
      market,
    );
    const time = 1_723_161_254_087;
    expect(events).toEqual([
      { kind: 'levels', time, bids: [[14_800, 200]], asks: [[15_150, 0]] },
      { kind: 'quote', time, bid: 14_900, bidSteps: 300, ask: 15_001, askSteps: 250 },
      { kind: 'trade', time, price: 15_000, steps: 2, aggressor: 'sell' },
    ]);
  });

  it('begins with its depth snapshot, and depth that came late stands before newer quotes', () => {
    const depth = { s: 'SOLUSDT', b: [['148', '2']], a: [] };
    const snapshot = { lastUpdateId: 5, bids: [['148', '1']], asks: [] };
    const events = parseTicks(
      [
        line('bookTicker', { ...best, u: 4 }),
        line('bookTicker', { ...best, u: 7 }),
        `1723161254087891268 ${JSON.stringify(snapshot)}`,
        line('trade', { s: 'SOLUSDT', p: '150', q: '0.02', m: true }),
        line('depth@100ms', { ...depth, u: 6 }),
      ].join('\n'),
      market,
    );
    expect(events.map(({ kind }) => kind)).toEqual(['book', 'levels', 'quote', 'trade']);
  });

  it('keeps the µs of its times when it is asked to', () => {
    const [event] = parseTicks(line('bookTicker', best), market, true);
    expect(event?.time).toBe(1_723_161_254_087.891);
  });

  it.each([
    ['depth without an update id', line('depth@100ms', { s: 'SOLUSDT', b: [], a: [] }), 'line 1: u: '],
    ['another market', line('bookTicker', { ...best, s: 'BTCUSDT' }), 'line 1: s: "BTCUSDT" is not SOLUSDT'],
    [
      'a price off the tick',
      line('bookTicker', { ...best, a: '150.001' }),
      'line 1: a: 150.001 is not a price',
    ],
    ['a NaN', line('bookTicker', { ...best, b: 'NaN' }), 'line 1: not a decimal number: "NaN"'],
    ['a crossed quote', line('bookTicker', { ...best, b: '151' }), 'the bid is not below the ask'],
    ['no time', 'x', 'line 1: does not begin with a time'],
    ['no quote at all', line('trade', { s: 'SOLUSDT', p: '150', q: '1', m: true }), 'no best quote'],
    ['an empty file', '', 'no best quote'],
  ])('with %s is refused', (_, text, message) => {
    expect(() => parseTicks(text, market)).toThrow(message);
  });
});
