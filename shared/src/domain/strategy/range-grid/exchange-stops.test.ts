import { describe, expect, it } from 'vitest';
import type { Market } from '../../market/market.js';
import { STOP_SLOT } from '../../order/client-order-id.js';
import type { Fill } from '../../order/order.js';
import type { ExchangeStop } from '../view.js';
import type { RangeGridParams } from './params.js';
import { positionOf, TEST_MARKET, TestSession } from './test-session.js';
import { viewRangeGrid } from './view.js';

const LINEAR: Market = { ...TEST_MARKET, symbol: 'SOL/USDT:USDT', type: 'linear' };
const futures = { leverage: 2, marginMode: 'isolated', positionMode: 'one-way' } as const;

function grid(params: Partial<RangeGridParams>, market = LINEAR): TestSession {
  const session = new TestSession({
    params: { lower: '100', upper: '110', levels: 6, futures, ...params },
    leg: { market, bid: 10_399, ask: 10_400, makerRate: '0', takerRate: '0' },
    feeMode: 'quote',
  });
  for (let round = 0; round < 3; round += 1) session.acceptAll();
  return session;
}

const stopsOf = ({ params, context, state }: TestSession): readonly ExchangeStop[] =>
  viewRangeGrid(params, context, state).stops ?? [];
const pricesOf = (session: TestSession): string[] =>
  stopsOf(session).map(({ side, price }) => `${side} ${price}`);

describe('the stops that a range grid wants at the exchange', () => {
  it.each<[string, Partial<RangeGridParams>, string[]]>([
    ['a long’s stop-loss sells', { exits: { stopLoss: '95', stop: 'sell' } }, ['sell 95']],
    [
      'a short’s stop-loss buys back',
      { direction: 'short', exits: { stopLoss: '115', takeProfit: '90', stop: 'sell' } },
      ['buy 115'],
    ],
    [
      'a neutral grid is closed at either end',
      { direction: 'neutral', exits: { stopLoss: '95', takeProfit: '115', stop: 'sell' } },
      ['sell 95', 'buy 115'],
    ],
    ['what ends by keeping everything has none', { exits: { stopLoss: '95', stop: 'cancel' } }, []],
    ['what has no stop-loss has none', {}, []],
    [
      'the platform alone may be asked for',
      { exits: { stopLoss: '95', stop: 'sell' }, futures: { ...futures, stopAt: 'platform' } },
      [],
    ],
  ])('%s', (_title, params, expected) => {
    expect(pricesOf(grid(params))).toEqual(expected);
  });

  it('are for contracts only', () => {
    const { futures: _none, ...spot } = grid({}).params;
    const session = new TestSession({ params: { ...spot, exits: { stopLoss: '95', stop: 'sell' } } });
    expect(pricesOf(session)).toEqual([]);
  });

  it('follow the best price of a trailing stop, and the nearer of two counts', () => {
    const session = grid({ exits: { stopLoss: '95', trailingStopPercent: '5', stop: 'sell' } });
    session.walkTo(10_499, 10_500);
    // 5 % below 104.99, on a tick.
    expect(pricesOf(session)).toEqual(['sell 99.74']);
  });

  it('close the books when they are triggered: nothing is held, nothing is sold twice', () => {
    const session = grid({ exits: { stopLoss: '95', stop: 'sell' } });
    const held = positionOf(session.state);
    expect(held.gt(0)).toBe(true);
    const [stop] = stopsOf(session);
    if (stop === undefined) throw new Error('no stop');
    session.answersLooks = false;
    const reason = { code: 'STOP_LOSS', message: 'The stop was triggered.' };
    session.send({ type: 'lifecycle', action: 'stop', stop: 'sell', reason });
    const price = '94.9';
    const fill: Fill = {
      ...{ tradeId: 's1', price, quantity: held.toFixed(), quoteQuantity: held.times(price).toFixed() },
      ...{ fee: '0', feeAsset: 'USDT', feeQuote: '0', maker: false, time: session.now },
    };
    session.exchange.base = session.exchange.base.minus(held);
    session.exchange.quote = session.exchange.quote.plus(held.times(price));
    const steps = held.div(LINEAR.stepSize).toNumber();
    session.send({
      type: 'order',
      update: {
        ...{ key: { ...stop.key, slot: STOP_SLOT }, side: 'sell', generation: 1, state: 'filled' },
        ...{ price: null, quantity: steps, filled: steps, fills: [fill], refusal: null },
      },
    });
    expect(positionOf(session.state).toFixed()).toBe('0');
    session.answersLooks = true;
    for (const order of session.exchange.live()) session.cancel(order);
    session.tick();
    expect(session.exchange.orders.filter(({ side, price }) => side === 'sell' && price === null)).toEqual(
      [],
    );
    expect(session.state.header.phase).toBe('finished');
    expect(session.state.header.exit).toMatchObject({ ...reason, outcome: 'flat' });
    expect(session.exchange.base.toFixed()).toBe('0');
    const { claimed, real } = session.profit();
    expect(claimed).toBe(real);
    expect(pricesOf(session)).toEqual([]);
  });
});
