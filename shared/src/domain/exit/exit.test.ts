import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Market } from '../market/market.js';
import type { OrderState } from '../order/order.js';
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
const FACTS: ExitFacts = {
  market: MARKET,
  liveOrders: 0,
  held: 2_000,
  available: 2_000,
  bid: 10_000,
  ask: 10_001,
  order: null,
};

/** Steps through facts a second apart. */
function walk(
  facts: readonly Partial<ExitFacts>[],
  plan = PLAN,
): { state: ExitState; commands: ExitCommand[][] } {
  let state = startExit(0);
  const commands = facts.map((change, index) => {
    const step = stepExit(plan, state, { ...FACTS, ...change }, (index + 1) * 1_000);
    state = step.state;
    return step.commands;
  });
  return { state, commands };
}

describe('an exit', () => {
  it('sells nothing before every cancel holds', () => {
    const { state, commands } = walk([{ liveOrders: 3 }, { liveOrders: 1 }, { liveOrders: 0 }]);
    expect(commands).toEqual([
      [{ type: 'cancel-all' }],
      [{ type: 'cancel-all' }],
      [{ type: 'close', attempt: 1, side: 'sell', price: 10_000, quantity: 2_000 }],
    ]);
    expect(state.phase).toBe('closing');
  });

  it('tells a person once when cancels do not hold, and goes on cancelling', () => {
    const { commands } = walk(Array.from({ length: 40 }, () => ({ liveOrders: 1 })));
    const alerts = commands.flat().filter((command) => command.type === 'alert');
    expect(alerts).toMatchObject([{ reason: { code: 'EXIT_CANCEL_SLOW' } }]);
    expect(commands.at(-1)).toEqual([{ type: 'cancel-all' }]);
  });

  it('gives way step by step, and ends with market orders', () => {
    const over: Partial<ExitFacts> = { order: 'expired' };
    const { commands, state } = walk(Array.from({ length: 30 }, () => over));
    const prices = commands.flat().flatMap((command) => (command.type === 'close' ? [command.price] : []));
    expect(prices).toEqual([10_000, 9_980, 9_950, null, null, null]);
    expect(commands.flat().at(-1)).toMatchObject({ type: 'alert', reason: { code: 'EXIT_NOT_FLAT' } });
    expect(state.phase).toBe('failed');
  });

  it('sells what is really there, not what the books say', () => {
    const { commands } = walk([{ available: 1_234 }]);
    expect(commands[0]).toMatchObject([{ type: 'close', quantity: 1_234 }]);
  });

  it('waits for balances and quotes, and says in the end that the account lacks what the books have', () => {
    expect(walk([{ available: null }, { bid: null }]).commands).toEqual([[], []]);
    const { commands, state } = walk(Array.from({ length: 40 }, () => ({ available: 0 })));
    expect(commands.flat()).toMatchObject([{ type: 'alert', reason: { code: 'EXIT_NOT_FLAT' } }]);
    expect(state.phase).toBe('failed');
  });

  it('sends nothing while the fate of its order is unknown, however long that takes', () => {
    const { commands } = walk(
      Array.from({ length: 50 }, (_, i) => (i === 0 ? {} : { order: 'sent' as const })),
    );
    expect(commands.flat().filter(({ type }) => type === 'close')).toHaveLength(1);
    expect(commands.flat().at(-1)).toMatchObject({ reason: { code: 'EXIT_ORDER_UNKNOWN' } });
  });

  it('is flat when what is left is too small for an order', () => {
    const { state } = walk([{}, { order: 'filled', held: 40 }, { held: 40 }, { held: 40 }]);
    expect(state.phase).toBe('flat');
  });

  it('buys a short back above the ask', () => {
    const { commands } = walk([{}, { order: 'expired' }, {}, {}], { ...PLAN, side: 'buy' });
    const prices = commands.flat().flatMap((command) => (command.type === 'close' ? [command.price] : []));
    expect(prices).toEqual([10_001, 10_022]);
  });

  it('never sells more than is held and ends flat or with an alert, whatever the exchange does', () => {
    const anySecond = fc.record({
      /** Share of the order that fills, and how it ends. */
      percent: fc.constantFrom(0, 0, 10, 50, 100),
      end: fc.constantFrom<OrderState>('filled', 'expired', 'rejected', 'never-sent', 'sent', 'open'),
      hasQuote: fc.boolean(),
      hasBalance: fc.boolean(),
      live: fc.constantFrom(0, 0, 0, 1),
    });
    fc.assert(
      fc.property(
        fc.array(anySecond, { minLength: 150, maxLength: 200 }),
        fc.nat(5_000),
        (seconds, start) => {
          let held = start;
          let state = startExit(0);
          let order: { left: number; state: OrderState } | null = null;
          const alerts: string[] = [];
          for (const [index, second] of seconds.entries()) {
            if (order !== null && ['sent', 'open'].includes(order.state)) {
              const filled = Math.floor((order.left * second.percent) / 100);
              held -= filled;
              order = { left: order.left - filled, state: second.end };
            }
            const facts: ExitFacts = {
              ...FACTS,
              liveOrders: second.live,
              held,
              available: second.hasBalance ? held : null,
              bid: second.hasQuote ? 10_000 : null,
              order: order?.state ?? null,
            };
            const step = stepExit(PLAN, state, facts, (index + 1) * 1_000);
            state = JSON.parse(JSON.stringify(step.state)) as ExitState;
            for (const command of step.commands) {
              if (command.type === 'alert') alerts.push(command.reason.code);
              if (command.type !== 'close') continue;
              // One at a time, and never more than there is.
              expect(order === null || !['sent', 'open'].includes(order.state)).toBe(true);
              expect(command.quantity).toBeLessThanOrEqual(held);
              order = { left: command.quantity, state: 'sent' };
            }
          }
          expect(held).toBeGreaterThanOrEqual(0);
          if (state.phase === 'flat') expect(held).toBeLessThan(50);
          if (state.phase === 'failed') expect(alerts).toContain('EXIT_NOT_FLAT');
        },
      ),
      { numRuns: 300 },
    );
  });
});
