import { describe, expect, it } from 'vitest';
import { FuturesBench } from '../testing/futures-bench.js';
import { toUnits, unitsText } from '../venue/units.js';
import type { AlgoTicket } from './algo-order.js';
import { positionRiskJson } from './account-formats.js';

const LIMIT = { type: 'LIMIT', timeInForce: 'GTC' };

function codeOf(act: () => unknown): number | undefined {
  try {
    act();
  } catch (error) {
    return (error as { code?: number }).code;
  }
  return undefined;
}

function stop(bench: FuturesBench, fields: Partial<AlgoTicket>): AlgoTicket {
  return {
    rules: bench.market.rules,
    side: 'SELL',
    positionSide: 'BOTH',
    type: 'STOP_MARKET',
    timeInForce: 'GTC',
    quantity: 10,
    price: 0,
    triggerPrice: 590_000,
    workingType: 'MARK_PRICE',
    priceProtect: false,
    closePosition: false,
    reduceOnly: false,
    activationPrice: 0,
    callbackRate: 0n,
    clientAlgoId: 'algo',
    stpMode: 'EXPIRE_MAKER',
    goodTillDate: 0,
    ...fields,
  };
}

describe('funding', () => {
  it('is paid by longs and received by shorts at a positive rate, and the other way round at a negative one', () => {
    const bench = new FuturesBench({ long: '10000', short: '10000' });
    bench.buy('long', '0.1');
    bench.sell('short', '0.1');
    const before = [bench.trader('long').wallet(), bench.trader('short').wallet()];
    bench.venue.funding.settle(bench.market, bench.now);
    const fee = toUnits('0.6');
    expect(bench.trader('long').wallet()).toBe((before[0] ?? 0n) - fee);
    expect(bench.trader('short').wallet()).toBe((before[1] ?? 0n) + fee);
    bench.market.funding.rate = -bench.market.funding.rate;
    bench.venue.funding.settle(bench.market, bench.now);
    expect([bench.trader('long').wallet(), bench.trader('short').wallet()]).toEqual(before);
    expect(bench.checks()).toEqual([]);
  });

  it('comes at each full interval of the clock', () => {
    const bench = new FuturesBench({ long: '10000' }, { fundingIntervalMs: 60_000 });
    bench.venue.tick();
    bench.now += 60_000;
    bench.venue.tick();
    bench.venue.tick();
    expect(bench.market.fundingHistory).toHaveLength(1);
  });
});

describe('liquidation', () => {
  it('closes an isolated position step by step for a fee, and leaves the rest of the wallet alone', () => {
    const bench = new FuturesBench({ trader: '10000' });
    const trader = bench.trader('trader');
    const { rules } = bench.market;
    bench.venue.settings.changeLeverage(trader, rules, 10);
    bench.venue.settings.changeMarginType(trader, rules, true);
    bench.buy('trader', '1');
    const position = trader.position(rules, 'BOTH');
    const risk = positionRiskJson(bench.venue.sources, trader, position, 2);
    const liquidation = Number(risk['liquidationPrice']);
    const free = trader.crossWallet();
    const resting = bench.order('trader', { ...LIMIT, side: 'BUY', quantity: '0.01', price: '50000' });
    bench.price(Math.ceil(liquidation) + 1);
    expect(position.steps).toBe(1000);
    bench.price(Math.floor(liquidation) - 1);
    // Down to the 50,000 USDT of the smallest bracket, whose maintenance margin is covered.
    expect(position.steps * (Math.floor(liquidation) - 1)).toBeLessThanOrEqual(50_000_000);
    expect(position.steps).toBeGreaterThan(850);
    const [step] = bench.venue.store.orders(trader, 'BTCUSDT').slice(-1);
    expect(step?.clientOrderId).toMatch(/^autoclose-/);
    const fee = bench.venue.store.fills(trader).at(-1)?.commission ?? 0n;
    expect(fee > 0n && fee <= ((step?.quote ?? 0n) * 125n) / 10_000n).toBe(true);
    bench.price(Math.floor(liquidation) - 300);
    expect(position.steps).toBe(0);
    expect(resting.status).toBe('CANCELED');
    // What the margin was rounded to whole ticks may be left over, never less than nothing.
    const left = trader.wallet() - free;
    expect(left >= 0n && left < toUnits('0.1')).toBe(true);
    expect(bench.checks()).toEqual([]);
  });

  it('closes all cross positions and cancels all orders when the account has no margin left', () => {
    const bench = new FuturesBench({ trader: '1000' });
    const trader = bench.trader('trader');
    const calls: unknown[] = [];
    bench.venue.events.add({ marginCall: (called) => calls.push(called) });
    bench.sell('trader', '0.2');
    const resting = bench.order('trader', { ...LIMIT, side: 'SELL', quantity: '0.01', price: '68000' });
    bench.price(64_600);
    expect(calls).toEqual([]);
    bench.price(64_660);
    expect(calls).toEqual([trader]);
    expect(trader.openPositions()).toHaveLength(1);
    bench.price(66_000);
    expect(trader.openPositions()).toEqual([]);
    expect(resting.status).toBe('CANCELED');
    expect(trader.wallet() >= 0n && trader.wallet() < toUnits('0.1')).toBe(true);
    expect(bench.checks()).toEqual([]);
  });
});

describe('orders that may only reduce', () => {
  it('expire as soon as they no longer fit into their position', () => {
    const bench = new FuturesBench({ trader: '10000' });
    bench.buy('trader', '0.1');
    const reduce = { ...LIMIT, side: 'SELL', reduceOnly: 'true', price: '62000' };
    const order = bench.order('trader', { ...reduce, quantity: '0.08' });
    expect(codeOf(() => bench.order('trader', { ...reduce, quantity: '0.05' }))).toBe(-4118);
    bench.sell('trader', '0.05');
    expect(order.status).toBe('EXPIRED');
    expect(bench.checks()).toEqual([]);
  });

  it('never turn a position round', () => {
    const bench = new FuturesBench({ trader: '10000' });
    bench.buy('trader', '0.01');
    const order = bench.sell('trader', '0.05', { reduceOnly: 'true' });
    expect([order.status, order.executed]).toEqual(['EXPIRED', 10]);
    expect(bench.trader('trader').openPositions()).toEqual([]);
  });
});

describe('position modes', () => {
  it('refuse orders whose position side does not belong to them', () => {
    const bench = new FuturesBench({ trader: '10000' });
    expect(codeOf(() => bench.buy('trader', '0.01', { positionSide: 'LONG' }))).toBe(-4061);
    bench.venue.settings.changePositionMode(bench.trader('trader'), true);
    expect(codeOf(() => bench.buy('trader', '0.01'))).toBe(-4061);
    expect(codeOf(() => bench.buy('trader', '0.01', { positionSide: 'LONG', reduceOnly: 'true' }))).toBe(
      -1106,
    );
    expect(codeOf(() => bench.sell('trader', '0.01', { positionSide: 'LONG' }))).toBe(-2022);
    bench.order('trader', { ...LIMIT, side: 'BUY', quantity: '0.01', price: '59000', positionSide: 'LONG' });
    expect(codeOf(() => bench.venue.settings.changePositionMode(bench.trader('trader'), false))).toBe(-4067);
  });
});

describe('margin of orders', () => {
  it('is refused when the wallet cannot carry it, and is free again after a cancel', () => {
    const bench = new FuturesBench({ trader: '100' });
    const fields = { ...LIMIT, side: 'BUY', price: '59000' };
    expect(codeOf(() => bench.order('trader', { ...fields, quantity: '0.034' }))).toBe(-2019);
    const order = bench.order('trader', { ...fields, quantity: '0.033' });
    expect(codeOf(() => bench.order('trader', { ...fields, quantity: '0.002' }))).toBe(-2019);
    bench.venue.trading.cancel(bench.market, order);
    expect(bench.order('trader', { ...fields, quantity: '0.033' }).status).toBe('NEW');
  });

  it('is refused beyond what the leverage allows', () => {
    const bench = new FuturesBench({ trader: '1000000' });
    bench.venue.settings.changeLeverage(bench.trader('trader'), bench.market.rules, 125);
    expect(codeOf(() => bench.buy('trader', '1'))).toBe(-2027);
  });
});

describe('conditional orders', () => {
  it('tell of each step, and become an order under their own client id', () => {
    const bench = new FuturesBench({ trader: '10000' });
    const trader = bench.trader('trader');
    const told: string[] = [];
    bench.venue.events.add({
      algo: ({ status }) => told.push(status),
      order: ({ order, execution }) => told.push(`${execution} ${order.clientOrderId}`),
    });
    bench.buy('trader', '0.01', { newClientOrderId: 'entry' });
    const algo = bench.venue.algos.place(trader, bench.market, stop(bench, {}));
    bench.price(59_500);
    expect(algo.status).toBe('NEW');
    bench.price(58_990);
    expect(told).toEqual([
      'NEW entry',
      'TRADE entry',
      'NEW',
      'TRIGGERING',
      'TRIGGERED',
      'NEW algo',
      'TRADE algo',
      'FINISHED',
    ]);
    expect(algo.order?.origType).toBe('STOP_MARKET');
    expect(trader.openPositions()).toEqual([]);
  });

  it('follow the price with a trailing stop and trigger when it turns back', () => {
    const bench = new FuturesBench({ trader: '10000' });
    bench.buy('trader', '0.01');
    const ticket = stop(bench, {
      type: 'TRAILING_STOP_MARKET',
      triggerPrice: 0,
      callbackRate: toUnits('0.01'),
    });
    const algo = bench.venue.algos.place(bench.trader('trader'), bench.market, ticket);
    for (const price of [60_500, 61_000, 60_500]) bench.price(price);
    expect(algo.status).toBe('NEW');
    bench.price(60_390);
    expect(algo.status).toBe('FINISHED');
  });

  it('expire when they may only close and there is nothing to close, and are rejected without margin', () => {
    const bench = new FuturesBench({ trader: '10' });
    const trader = bench.trader('trader');
    const close = bench.venue.algos.place(
      trader,
      bench.market,
      stop(bench, { closePosition: true, quantity: 0 }),
    );
    const open = bench.venue.algos.place(
      trader,
      bench.market,
      stop(bench, { clientAlgoId: 'open', quantity: 100 }),
    );
    bench.price(58_000);
    expect([close.status, open.status, open.failure]).toEqual([
      'EXPIRED',
      'REJECTED',
      'Margin is insufficient.',
    ]);
  });
});

it('keeps wallet and income to the last digit through trades, fees and a transfer', () => {
  const bench = new FuturesBench({ trader: '1000' });
  const trader = bench.trader('trader');
  bench.buy('trader', '0.1');
  bench.price(60_123);
  bench.sell('trader', '0.1');
  bench.venue.wallets.transfer(trader, 'USDT', -toUnits('1.00000001'));
  // 1000 + 0.1 × (60123 − 60000.1) − fees of 0.05 % on 6000.01 and 6012.3 − 1.00000001
  expect(unitsText(trader.wallet())).toBe('1005.28384499');
  expect(bench.checks()).toEqual([]);
});
