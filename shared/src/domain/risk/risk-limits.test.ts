import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dec } from '../numbers/decimal.js';
import { needsSums, needsWatching, type RiskLimits } from './limits.js';
import { beginRiskState, stepRisk, type RiskMark, type RiskState } from './loss-limits.js';
import {
  limitRefusal,
  limitUses,
  limitWarnings,
  NO_USE,
  type LimitedOrder,
  type ScopeUse,
} from './order-limits.js';

const ORDER: LimitedOrder = {
  side: 'buy',
  price: dec('102'),
  notional: dec('204'),
  opens: true,
  market: { bid: dec('99'), ask: dec('100') },
};
const USE: ScopeUse = {
  openOrders: 3,
  openNotional: dec('300'),
  openingOrders: 2,
  openingNotional: dec('200'),
  assetOpeningNotional: dec('150'),
  positions: 4,
  positionCost: dec('400'),
  assetPositionCost: dec('250'),
  recentOrders: 5,
};
const refusal = (limits: RiskLimits, order = ORDER, use = USE) =>
  limitRefusal(limitUses(limits, order, use), 'account');

describe('limits of an order', () => {
  it.each<[RiskLimits, string]>([
    [{ maxOrderNotional: '203.99' }, 'ORDER_TOO_LARGE'],
    [{ maxOpenOrders: 3 }, 'TOO_MANY_OPEN_ORDERS'],
    [{ maxOpenNotional: '503.99' }, 'OPEN_NOTIONAL_LIMIT'],
    [{ maxOrdersPerSecond: 5 }, 'ORDER_RATE_LIMIT'],
    [{ maxOpenPositions: 6 }, 'TOO_MANY_POSITIONS'],
    [{ maxExposure: '803.99' }, 'EXPOSURE_LIMIT'],
    [{ maxAssetExposure: '603.99' }, 'ASSET_EXPOSURE_LIMIT'],
    [{ priceBandPercent: '1.99' }, 'PRICE_BAND'],
  ])('%j refuse with %s', (limits, code) => {
    expect(refusal(limits)).toMatchObject({ code });
  });

  it('let an order through that just keeps every one of them, and warn of those used to 80 %', () => {
    const limits: RiskLimits = {
      maxOrderNotional: '204',
      maxOpenOrders: 5,
      maxOpenNotional: '700',
      maxOrdersPerSecond: 6,
      maxOpenPositions: 7,
      maxExposure: '804',
      maxAssetExposure: '604',
      priceBandPercent: '2',
    };
    expect(refusal(limits)).toBeNull();
    expect(refusal({})).toBeNull();
    expect(limitWarnings(limitUses(limits, ORDER, USE)).map(({ code }) => code)).toEqual([
      'ORDER_TOO_LARGE',
      'TOO_MANY_OPEN_ORDERS',
      'ORDER_RATE_LIMIT',
      'TOO_MANY_POSITIONS',
      'EXPOSURE_LIMIT',
      'ASSET_EXPOSURE_LIMIT',
      'PRICE_BAND',
    ]);
    expect(limitWarnings(limitUses({ maxOpenOrders: 6 }, ORDER, USE))).toEqual([]);
  });

  it('on positions and exposure leave orders alone that only reduce', () => {
    const limits: RiskLimits = { maxOpenPositions: 1, maxExposure: '1', maxAssetExposure: '1' };
    expect(refusal(limits, { ...ORDER, side: 'sell', opens: false })).toBeNull();
  });

  it('measure a sale from the bid, and nothing before the first quote', () => {
    const sell: LimitedOrder = { ...ORDER, side: 'sell', price: dec('97') };
    expect(refusal({ priceBandPercent: '2' }, sell)?.code).toBe('PRICE_BAND');
    expect(refusal({ priceBandPercent: '2.1' }, sell)).toBeNull();
    expect(refusal({ priceBandPercent: '2' }, { ...sell, market: null })).toBeNull();
  });

  it('never let a sum go above its limit, whatever orders ask', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 3000 }),
        (notionals, limit) => {
          let use = NO_USE;
          for (const value of notionals) {
            const order = { ...ORDER, notional: dec(String(value)) };
            if (refusal({ maxExposure: String(limit) }, order, use) !== null) continue;
            use = { ...use, openingNotional: use.openingNotional.plus(value) };
          }
          expect(use.openingNotional.lte(limit)).toBe(true);
        },
      ),
    );
  });

  it('say what they need to be judged', () => {
    expect([needsSums({ priceBandPercent: '1' }), needsSums({ maxOpenOrders: 1 })]).toEqual([false, true]);
    expect([needsWatching({ maxOpenOrders: 1 }), needsWatching({ maxDrawdown: '1' })]).toEqual([false, true]);
  });
});

const DAY = 86_400_000;
const NOON = 20_000 * DAY + DAY / 2;
const mark = (total: string, change: Partial<RiskMark> = {}): RiskMark => ({
  type: 'mark',
  total,
  held: false,
  price: '100',
  ...change,
});

function play(limits: RiskLimits, events: [Parameters<typeof stepRisk>[2], number][], from?: RiskState) {
  let state = from ?? beginRiskState('0', '0', NOON);
  const verdicts: string[] = [];
  for (const [event, now] of events) {
    const step = stepRisk(limits, state, event, now);
    state = step.state;
    verdicts.push(...step.verdicts.map(({ level, code }) => `${level} ${code}`));
  }
  return { state, verdicts };
}

describe('limits on losses', () => {
  it('warn of a daily loss at 80 %, stop at the limit until midnight, and begin the next day anew', () => {
    const limits = { maxDailyLoss: '100' };
    const { verdicts } = play(limits, [
      [mark('-79.99'), NOON],
      [mark('-80'), NOON + 1],
      [mark('-100'), NOON + 2],
      [mark('-100'), NOON + DAY],
      [mark('-179'), NOON + DAY + 1],
    ]);
    expect(verdicts).toEqual(['warning DAILY_LOSS_LIMIT', 'breach DAILY_LOSS_LIMIT']);
    const { verdicts: last } = stepRisk(limits, beginRiskState('0', '0', NOON), mark('-100'), NOON);
    expect(last).toMatchObject([{ resumeAt: NOON + DAY / 2, used: '100', limit: '100' }]);
  });

  it('measure the drawdown from the highest total', () => {
    const { verdicts, state } = play({ maxDrawdown: '50' }, [
      [mark('30'), NOON],
      [mark('-9'), NOON],
      [mark('-10'), NOON],
      [mark('-20'), NOON],
    ]);
    expect(verdicts).toEqual(['warning DRAWDOWN_LIMIT', 'breach DRAWDOWN_LIMIT']);
    expect(state.peak).toBe('30');
  });

  it('count losing cycles in a row within the window, and cool down for the time that is set', () => {
    const limits = { maxConsecutiveLosses: 3, lossWindowMinutes: 10, cooldownMinutes: 7 };
    const cycle = (id: number, net: string, minute: number) =>
      [{ type: 'cycle' as const, id: String(id), net, time: NOON + minute * 60_000 }, NOON] as [
        Parameters<typeof stepRisk>[2],
        number,
      ];
    expect(play(limits, [cycle(1, '-1', 0), cycle(2, '-1', 1), cycle(3, '1', 2), cycle(4, '-1', 3)])).toEqual(
      {
        verdicts: [],
        state: { ...beginRiskState('0', '4', NOON), losses: [NOON + 180_000] },
      },
    );
    expect(play(limits, [cycle(1, '-1', 0), cycle(2, '-1', 11), cycle(3, '-1', 12)]).verdicts).toEqual([]);
    const { verdicts } = stepRisk(
      limits,
      play(limits, [cycle(1, '-1', 0), cycle(2, '-1', 1)]).state,
      cycle(3, '-1', 2)[0],
      NOON,
    );
    expect(verdicts).toMatchObject([
      { level: 'breach', code: 'LOSS_STREAK', resumeAt: NOON + (2 + 7) * 60_000 },
    ]);
  });

  it('end a position that lasts too long, and not one that was closed in between', () => {
    const limits: RiskLimits = { maxHoldingMinutes: 10 };
    const held = mark('0', { held: true });
    expect(
      play(limits, [
        [held, NOON],
        [held, NOON + 10 * 60_000],
      ]).verdicts,
    ).toEqual(['breach TIME_STOP']);
    expect(
      play(limits, [
        [held, NOON],
        [mark('0'), NOON + 60_000],
        [held, NOON + 9 * 60_000],
        [held, NOON + 12 * 60_000],
      ]).verdicts,
    ).toEqual([]);
  });

  it('stop at a price on either side, selling unless told otherwise', () => {
    const limits: RiskLimits = { stopPriceBelow: '90', stopPriceAbove: '110' };
    const at = (price: string, more: RiskLimits = {}) =>
      stepRisk({ ...limits, ...more }, beginRiskState('0', '0', NOON), mark('0', { price }), NOON).verdicts;
    expect(at('100')).toEqual([]);
    expect(at('90.5')).toMatchObject([{ level: 'warning', code: 'PRICE_STOP' }]);
    expect(at('90')).toMatchObject([{ level: 'breach', code: 'PRICE_STOP', close: true, limit: '90' }]);
    expect(at('111', { onStop: 'reduce' })).toMatchObject([{ level: 'breach', close: false, limit: '110' }]);
  });

  it('give the same verdicts after the state has been stored and read', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -300, max: 300 }), { minLength: 1, maxLength: 30 }),
        fc.nat(30),
        (totals, cut) => {
          const limits = { maxDailyLoss: '120', maxDrawdown: '150' };
          const events = totals.map((total, i): [RiskMark, number] => [
            mark(String(total)),
            NOON + i * 3_600_000,
          ]);
          const whole = play(limits, events);
          const first = play(limits, events.slice(0, cut));
          const stored = JSON.parse(JSON.stringify(first.state)) as RiskState;
          const second = play(limits, events.slice(cut), stored);
          expect([...first.verdicts, ...second.verdicts]).toEqual(whole.verdicts);
          expect(second.state).toEqual(whole.state);
        },
      ),
    );
  });
});
