import { describe, expect, it } from 'vitest';
import type { Command } from '../events.js';
import { dec } from '../../numbers/decimal.js';
import type { RangeGridParams } from './params.js';
import { EXIT_SLOT } from './state.js';
import { TestSession } from './test-session.js';

type Exits = NonNullable<RangeGridParams['exits']>;

/** A grid of 140-170 that trades at 150 with its ten bases bought. */
function trading(params: Partial<RangeGridParams>): TestSession {
  const session = new TestSession({ params });
  session.acceptAll();
  session.quote(14_999, 15_000);
  session.acceptAll();
  return session;
}

const withExits = (exits: Partial<Exits>, params: Partial<RangeGridParams> = {}): TestSession =>
  trading({ exits: { stop: 'sell', ...exits }, ...params });

const finishOf = (commands: readonly Command[]) => commands.find((command) => command.type === 'finish');

function confirmCancels(session: TestSession): void {
  for (const order of session.exchange.live()) if (order.cancelRequested) session.cancel(order);
}

describe('an exit that sells', () => {
  it('cancels every order and waits for the last confirmation before it sells', () => {
    const session = withExits({ stopLoss: '141' });
    session.quote(14_100, 14_101);
    expect(session.state.header.phase).toBe('exiting');
    expect(session.exchange.live().every((order) => order.cancelRequested)).toBe(true);
    const [last, ...others] = session.exchange.live();
    if (last === undefined) throw new Error('no order');
    for (const order of others) session.cancel(order);
    expect(session.exchange.live()).toEqual([last]);
    session.cancel(last);
    expect(session.order(EXIT_SLOT)).toMatchObject({ side: 'sell', price: 14_100, quantity: 10_000 });
  });

  it('counts a fill that beats its cancellation, and sells that base too', () => {
    const session = withExits({ stopLoss: '141' });
    session.quote(14_100, 14_101);
    const buy = session.exchange.live().find((order) => order.side === 'buy' && order.price === 14_200);
    if (buy === undefined) throw new Error('no buy');
    session.fill(buy);
    confirmCancels(session);
    // 1 SOL less the fee of 0.1 % joins the ten.
    expect(session.order(EXIT_SLOT).quantity).toBe(10_999);
  });

  it('is finished only when flat, and says why and with what', () => {
    const session = withExits({ stopLoss: '141' });
    session.quote(14_100, 14_101);
    confirmCancels(session);
    expect(finishOf(session.commands)).toBeUndefined();
    const commands = session.fill(session.order(EXIT_SLOT));
    expect(finishOf(commands)).toMatchObject({ reason: { code: 'STOP_LOSS' }, outcome: 'flat' });
    expect(session.state.header.phase).toBe('finished');
    const { claimed, real } = session.profit();
    expect(claimed).toBe(real);
  });

  it('gives way step by step, then takes any price', () => {
    const session = withExits({ stopLoss: '141' });
    session.quote(14_100, 14_101);
    confirmCancels(session);
    const asked: unknown[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const { price, quantity } = session.order(EXIT_SLOT);
      asked.push([price, quantity]);
      session.tell(session.exchange.fill(session.order(EXIT_SLOT), 1_000, 'expired'));
      session.tick(5_000);
    }
    expect(asked).toEqual([
      [14_100, 10_000],
      [14_071, 9_000],
      [14_029, 8_000],
      [null, 7_000],
    ]);
    expect(finishOf(session.fill(session.order(EXIT_SLOT)))).toMatchObject({ outcome: 'flat' });
  });

  it('sells what the account has beside what others have reserved, and is not flat until the rest is sold', () => {
    const session = withExits({ stopLoss: '141' });
    session.answersLooks = false;
    session.quote(14_100, 14_101);
    confirmCancels(session);
    expect(session.exchange.live()).toEqual([]);
    session.see('6.5');
    expect(session.order(EXIT_SLOT).quantity).toBe(6_500);
    session.fill(session.order(EXIT_SLOT));
    session.tick();
    session.see('0');
    session.tick(60_000);
    expect(session.state.header.phase).toBe('exiting');
    expect(session.commands).toMatchObject([
      { type: 'look' },
      { type: 'alert', reason: { code: 'EXIT_NOT_FLAT' } },
    ]);
    session.see('3.5');
    session.fill(session.order(EXIT_SLOT));
    session.tick();
    expect(finishOf(session.see('0'))).toMatchObject({ outcome: 'flat' });
  });

  it('is not finished on its own word: a look at the venue after the last fill has to agree', () => {
    const session = withExits({ stopLoss: '141' });
    session.quote(14_100, 14_101);
    confirmCancels(session);
    session.answersLooks = false;
    const commands = session.fill(session.order(EXIT_SLOT));
    expect(commands).toMatchObject([{ type: 'look' }]);
    expect(finishOf(session.tick(10_000))).toBeUndefined();
    expect(finishOf(session.see())).toMatchObject({ outcome: 'flat' });
  });

  it('tries again when the venue refuses its order, instead of placing one nobody checks', () => {
    const session = withExits({ stopLoss: '141' });
    session.quote(14_100, 14_101);
    confirmCancels(session);
    const refusal = { code: 'INSUFFICIENT_BALANCE', message: 'no' };
    session.tell(session.exchange.update(session.order(EXIT_SLOT), 'rejected', refusal));
    expect(session.exchange.live()).toEqual([]);
    session.tick(5_000);
    expect(session.order(EXIT_SLOT).quantity).toBe(10_000);
    expect(finishOf(session.fill(session.order(EXIT_SLOT)))).toMatchObject({ outcome: 'flat' });
  });

  it.each<[string, (session: TestSession) => void]>([
    ['before any cancel holds', () => undefined],
    [
      'with half of the cancels done',
      (session) =>
        session.exchange
          .live()
          .slice(5)
          .forEach((o) => session.cancel(o)),
    ],
    ['before the account is looked at', confirmCancels],
    [
      'with its order on the way',
      (session) => {
        confirmCancels(session);
        session.see();
      },
    ],
    [
      'with its order partly filled',
      (session) => {
        confirmCancels(session);
        session.see();
        session.fill(session.order(EXIT_SLOT), 3_000);
      },
    ],
    [
      'before the venue has agreed that it is flat',
      (session) => {
        confirmCancels(session);
        session.see();
        session.fill(session.order(EXIT_SLOT));
      },
    ],
  ])('goes on after a restart %s', (_, until) => {
    const session = withExits({ stopLoss: '141' });
    session.answersLooks = false;
    session.quote(14_100, 14_101);
    until(session);
    session.state = session.restored();
    session.answersLooks = true;
    session.quote(14_050, 14_051);
    for (let second = 0; second < 10; second += 1) {
      confirmCancels(session);
      session.tick();
      session.acceptAll();
    }
    expect(session.state.header).toMatchObject({
      phase: 'finished',
      exit: { code: 'STOP_LOSS', outcome: 'flat' },
    });
    const sold = session.exchange.orders.filter(({ key }) => key.slot === EXIT_SLOT);
    expect(sold.reduce((total, { filled }) => total + filled, 0)).toBe(10_000);
    const { claimed, real } = session.profit();
    expect(claimed).toBe(real);
  });
});

describe('what ends a grid', () => {
  it.each<[string, Partial<Exits>, (session: TestSession) => void]>([
    ['STOP_LOSS', { stopLoss: '145' }, (session) => session.quote(14_400, 14_401)],
    ['TAKE_PROFIT', { takeProfit: '160' }, (session) => session.quote(16_100, 16_101)],
    [
      'TRAILING_STOP',
      { trailingStopPercent: '2' },
      (session) => {
        session.quote(15_199, 15_200);
        session.quote(14_895, 14_896);
      },
    ],
    ['TIME_LIMIT', { timeLimitHours: '0.5' }, (session) => session.tick(1_800_000)],
    ['PROFIT_TARGET', { profitTarget: '5' }, (session) => session.quote(15_099, 15_101)],
    ['PROFIT_TARGET', { profitTargetPercent: '0.2' }, (session) => session.quote(15_099, 15_101)],
  ])('%s by %j', (code, exits, move) => {
    const session = withExits(exits);
    expect(session.state.header.phase).toBe('trading');
    move(session);
    expect(session.state.header).toMatchObject({ phase: 'exiting', exit: { code } });
  });

  it('a trailing stop counts from the best price, not from the start', () => {
    const session = withExits({ trailingStopPercent: '2' });
    session.quote(14_701, 14_702);
    expect(session.state.header.phase).toBe('trading');
    session.quote(14_699, 14_700);
    expect(session.state.header.phase).toBe('exiting');
  });

  it('the range policy, above and below', () => {
    for (const [bid, stop] of [
      [17_001, 'stop'],
      [13_998, 'sell'],
    ] as const) {
      const session = trading({ outOfRange: stop });
      session.quote(bid, bid + 1);
      expect(session.state.header.exit).toMatchObject({ code: 'OUT_OF_RANGE' });
    }
    const holding = trading({});
    holding.quote(17_100, 17_101);
    expect(holding.state.header.phase).toBe('trading');
  });
});

describe('stop options', () => {
  it('keep leaves everything resting', () => {
    const session = trading({});
    const resting = session.exchange.live().length;
    const commands = session.send({ type: 'lifecycle', action: 'stop', stop: 'keep' });
    expect(commands).toMatchObject([{ type: 'finish', outcome: 'orders-kept' }]);
    expect(session.exchange.live()).toHaveLength(resting);
  });

  it('cancel keeps the inventory, and a later start goes on with it', () => {
    const session = trading({});
    session.send({ type: 'lifecycle', action: 'stop', stop: 'cancel' });
    confirmCancels(session);
    expect(finishOf(session.commands)).toMatchObject({ outcome: 'holding' });
    session.state = session.restored();
    session.resume();
    session.quote(14_999, 15_000);
    session.acceptAll();
    const sells = session.exchange.live().filter((order) => order.side === 'sell');
    expect(sells).toHaveLength(10);
    expect(session.exchange.live()).toHaveLength(15);
  });

  it('sell, and a later start buys its inventory anew with all statistics kept', () => {
    const session = trading({});
    session.walkTo(15_201, 15_202);
    const { cycles, grid } = session.state.header;
    expect(cycles).toBe(1);
    session.send({ type: 'lifecycle', action: 'stop', stop: 'sell' });
    confirmCancels(session);
    expect(finishOf(session.fill(session.order(EXIT_SLOT)))).toMatchObject({ outcome: 'flat' });
    session.resume();
    session.acceptAll();
    session.tick();
    session.acceptAll();
    expect(session.state.header).toMatchObject({ phase: 'trading', cycles, grid });
    expect(session.cells().filter(([, cell]) => cell.lots.length > 0)).toHaveLength(9);
    const { claimed, real } = session.profit();
    expect(claimed).toBe(real);
  });

  it('buy turns the unused quote into base', () => {
    const session = trading({});
    session.send({ type: 'lifecycle', action: 'stop', stop: 'buy' });
    confirmCancels(session);
    // BUYs at 140, 142, … 148 of 1 SOL each are 720 quote: 4.795 SOL at 150 with 0.1 % fee.
    expect(session.order(EXIT_SLOT)).toMatchObject({ side: 'buy', quantity: 4_795 });
    expect(finishOf(session.fill(session.order(EXIT_SLOT)))).toMatchObject({ outcome: 'holding' });
    const { claimed, real } = session.profit();
    expect(claimed).toBe(real);
  });
});

describe('a trigger price', () => {
  it('starts the grid when it is reached, with the sides of that price', () => {
    const session = new TestSession({ params: { trigger: '148' } });
    expect(session.exchange.orders).toEqual([]);
    session.quote(14_850, 14_851);
    expect(session.exchange.orders).toEqual([]);
    session.quote(14_799, 14_800);
    session.acceptAll();
    session.acceptAll();
    expect(session.cells().filter(([, cell]) => cell.lots.length > 0)).toHaveLength(11);
  });

  it('counts a gap over it', () => {
    const session = new TestSession({ params: { trigger: '155' } });
    session.quote(15_799, 15_800);
    expect(session.state.header.phase).toBe('buying');
    expect(session.state.header.startPrice).toBe(15_800);
  });

  it('is waited for across a restart and a stop', () => {
    const session = new TestSession({ params: { trigger: '155' } });
    session.state = session.restored();
    session.pause();
    session.quote(15_600, 15_601);
    expect(session.state.header.phase).toBe('waiting');
    session.resume();
    expect(session.state.header.phase).toBe('buying');
  });

  it('counts profit from there', () => {
    const session = new TestSession({ params: { trigger: '155' } });
    session.quote(15_499, 15_500);
    expect(dec(session.state.header.profitBefore).isZero()).toBe(true);
    expect(dec(session.state.header.investment).gt(0)).toBe(true);
  });
});
