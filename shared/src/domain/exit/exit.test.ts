import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Market } from '../market/market.js';
import {
  DEFAULT_EXIT,
  startExit,
  stepExit,
  type ExitCommand,
  type ExitFacts,
  type ExitPlan,
  type ExitState,
} from './exit.js';

const MARKET: Market = {
  symbol: 'SOL/USDT',
  type: 'spot',
  base: 'SOL',
  quote: 'USDT',
  tickSize: '0.01',
  stepSize: '0.001',
  minQuantity: '0.001',
  maxQuantity: '9000',
  minNotional: '5',
  active: true,
};
const PLAN: ExitPlan = { ...DEFAULT_EXIT, side: 'sell' };
const FACTS: Omit<ExitFacts, 'sight'> = {
  market: MARKET,
  liveOrders: 0,
  held: 2_000,
  bid: 10_000,
  ask: 10_001,
  order: 'over',
  refusal: null,
};

type Change = Partial<ExitFacts> & { available?: number | null; position?: number | null };

/** Steps through facts two seconds apart; every look has just been made unless the facts say otherwise. */
function walk(changes: readonly Change[], plan = PLAN): { state: ExitState; commands: ExitCommand[][] } {
  let state = startExit(0);
  const commands = changes.map(({ available = null, position = null, ...change }, index) => {
    const now = (index + 1) * 2_000;
    const step = stepExit(plan, state, { ...FACTS, sight: { at: now, available, position }, ...change }, now);
    state = JSON.parse(JSON.stringify(step.state)) as ExitState;
    return step.commands;
  });
  return { state, commands };
}

const ofType = <T extends ExitCommand['type']>(commands: ExitCommand[][], type: T) =>
  commands.flat().filter((command): command is Extract<ExitCommand, { type: T }> => command.type === type);

describe('an exit', () => {
  it('sells nothing before every cancel holds and the account has been looked at since', () => {
    const { state, commands } = walk([
      { liveOrders: 3 },
      { liveOrders: 1 },
      { liveOrders: 0, sight: { at: 1_000, available: null, position: null } },
      {},
    ]);
    expect(commands).toEqual([
      [],
      [],
      [{ type: 'look' }],
      [{ type: 'close', side: 'sell', price: 10_000, quantity: 2_000 }],
    ]);
    expect(state.phase).toBe('closing');
  });

  it('looks again after each order, because what it has seen before is old', () => {
    const sight = { at: 2_000, available: null, position: null };
    const { commands } = walk([{ sight }, { sight }, { sight }]);
    expect(commands.map((each) => each.map(({ type }) => type))).toEqual([['close'], ['look'], ['look']]);
  });

  it('gives way step by step, ends with market orders, and never gives up', () => {
    const { commands, state } = walk(Array.from({ length: 30 }, () => ({})));
    const prices = ofType(commands, 'close').map(({ price }) => price);
    expect(prices.slice(0, 6)).toEqual([10_000, 9_980, 9_950, null, null, null]);
    expect(state.phase).toBe('closing');
    expect(ofType(commands, 'alert')).toMatchObject([{ reason: { code: 'EXIT_NOT_FLAT' } }]);
  });

  it('sells what is really there, not what the books say', () => {
    const { commands } = walk([{ available: 1_234 }]);
    expect(commands[0]).toMatchObject([{ type: 'close', quantity: 1_234 }]);
  });

  it.each<[string, Change, string]>([
    ['cancels that do not hold', { liveOrders: 2 }, '2 orders are not cancelled'],
    ['an account that has less', { available: 0 }, 'the account has 0 free'],
    ['a market without quotes', { bid: null, ask: null }, 'no quote'],
    ['a venue that cannot be asked', { sight: null }, 'could not be read'],
    ['orders that are refused', { refusal: { message: 'halted', retryAt: 1e9 } }, 'halted'],
  ])('tells a person once of %s, and goes on', (_, change, why) => {
    const { commands, state } = walk(Array.from({ length: 60 }, () => change));
    const alerts = ofType(commands, 'alert');
    expect(alerts).toHaveLength(1);
    expect(alerts[0]?.reason).toMatchObject({ code: 'EXIT_NOT_FLAT' });
    expect(alerts[0]?.reason.message).toContain(why);
    expect(state.phase).not.toBe('flat');
  });

  it('sends nothing while the fate of its order is unknown, however long that takes', () => {
    const { commands } = walk(Array.from({ length: 50 }, (_, i) => (i === 0 ? {} : { order: 'live' })));
    expect(ofType(commands, 'close')).toHaveLength(1);
    expect(ofType(commands, 'alert')).toHaveLength(1);
  });

  it('does not give way for orders that were never let out', () => {
    const { commands } = walk(Array.from({ length: 12 }, () => ({ order: 'refused' })));
    expect(new Set(ofType(commands, 'close').map(({ price }) => price))).toEqual(new Set([10_000]));
  });

  it('is flat only when a look after the last order agrees', () => {
    const old = { at: 2_000, available: null, position: null };
    const { commands, state } = walk([{}, { held: 40, sight: old }, { held: 40, sight: old }]);
    expect(commands.slice(1)).toEqual([[{ type: 'look' }], [{ type: 'look' }]]);
    expect(state.phase).toBe('verifying');
    expect(walk([{}, { held: 40, sight: old }, { held: 40 }]).state.phase).toBe('flat');
  });

  it('goes back to selling when a trade comes late', () => {
    const { commands, state } = walk([{}, { held: 0, sight: null }, { held: 700 }, {}, { held: 0 }]);
    expect(ofType(commands, 'close').map(({ quantity }) => quantity)).toEqual([2_000, 700]);
    expect(state.phase).toBe('flat');
  });

  it('is not flat while the venue shows a position', () => {
    const shown = { held: 0, position: 900 };
    const { commands, state } = walk(Array.from({ length: 20 }, () => shown));
    expect(state.phase).toBe('verifying');
    expect(ofType(commands, 'alert')[0]?.reason.message).toContain('position of 900');
    expect(walk([shown, shown, { held: 0, position: 0 }]).state.phase).toBe('flat');
  });

  it('buys a short back above the ask', () => {
    const { commands } = walk([{}, {}, {}, {}], { ...PLAN, side: 'buy' });
    expect(ofType(commands, 'close').map(({ price }) => price)).toEqual([10_001, 10_022]);
  });

  it('never sells more than is held, one order at a time, and ends flat when the exchange lets it', () => {
    const anySecond = fc.record({
      /** Share of the order that fills, and how it stands. */
      percent: fc.constantFrom(0, 0, 10, 50, 100),
      order: fc.constantFrom<ExitFacts['order']>('over', 'over', 'refused', 'live'),
      hasQuote: fc.boolean(),
      hasSight: fc.boolean(),
      live: fc.constantFrom(0, 0, 0, 1),
    });
    const calm = { percent: 100, order: 'over', hasQuote: true, hasSight: true, live: 0 } as const;
    fc.assert(
      fc.property(fc.array(anySecond, { maxLength: 150 }), fc.nat(5_000), (seconds, start) => {
        let held = start;
        let state = startExit(0);
        let left: number | null = null;
        const rest = Array.from({ length: 90 }, () => calm);
        for (const [index, second] of [...seconds, ...rest].entries()) {
          const now = (index + 1) * 1_000;
          const isRefused = second.order === 'refused';
          if (left !== null && !isRefused) {
            const filled = Math.floor((left * second.percent) / 100);
            held -= filled;
            left -= filled;
          }
          const order = left === null ? 'over' : second.order;
          if (order !== 'live') left = null;
          const facts: ExitFacts = {
            ...FACTS,
            liveOrders: second.live,
            held,
            sight: second.hasSight ? { at: now, available: held, position: null } : null,
            bid: second.hasQuote ? 10_000 : null,
            order,
          };
          const step = stepExit(PLAN, state, facts, now);
          state = JSON.parse(JSON.stringify(step.state)) as ExitState;
          for (const command of step.commands) {
            if (command.type !== 'close') continue;
            expect(left).toBeNull();
            expect(second.live).toBe(0);
            expect(command.quantity).toBeLessThanOrEqual(held);
            left = command.quantity;
          }
        }
        expect(state.phase).toBe('flat');
        expect(held).toBeLessThan(50);
      }),
      { numRuns: 300 },
    );
  });
});
