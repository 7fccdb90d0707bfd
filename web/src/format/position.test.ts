import { describe, expect, it } from 'vitest';
import type { AccountPosition, Position, StrategyStatus } from '../api/types.js';
import { bookedAmount, isExplained, livePosition, positionTotals } from './position.js';

const position = (change: Partial<Position> = {}): Position => ({
  strategyId: 1,
  strategyName: 'grid',
  accountId: 1,
  market: 'BTC/USDT',
  quantity: '0.5',
  cost: '30000',
  averagePrice: '60000',
  currentPrice: '60000',
  unrealizedPnl: '0',
  ...change,
});
const status = (change: Partial<StrategyStatus>): StrategyStatus =>
  ({ currentPrice: '61000', position: '0.50', unrealizedPnl: '500', ...change }) as StrategyStatus;

describe('an account’s position', () => {
  const held = (change: Partial<AccountPosition>): AccountPosition =>
    ({ heldBy: [], heldByHand: '0', unexplained: '0', ...change }) as unknown as AccountPosition;

  it('is in the books what strategies and orders by hand hold, to the last digit', () => {
    const heldBy = [
      { strategyId: 1, name: 'a', amount: '0.100000000000000001' },
      { strategyId: 2, name: 'b', amount: '-0.3' },
    ];
    expect(bookedAmount(held({ heldBy, heldByHand: '0.05' }))).toBe('-0.149999999999999999');
    expect(bookedAmount(held({}))).toBe('0');
  });

  it('is explained only when nothing is left over', () => {
    expect(isExplained(held({ unexplained: '0.000' }))).toBe(true);
    expect(isExplained(held({ unexplained: '-0.001' }))).toBe(false);
  });
});

describe('livePosition', () => {
  it('takes price and open profit from a status of the same quantity', () => {
    expect(livePosition(position(), status({}))).toMatchObject({
      currentPrice: '61000',
      unrealizedPnl: '500',
    });
  });

  it('keeps what was listed when the status speaks of another quantity, or of no price', () => {
    expect(livePosition(position(), status({ position: '0.4' })).currentPrice).toBe('60000');
    expect(livePosition(position(), status({ currentPrice: null })).currentPrice).toBe('60000');
    expect(livePosition(position(), null).currentPrice).toBe('60000');
  });
});

describe('positionTotals', () => {
  it('adds up exactly, and never play money with real money', () => {
    const rows = [
      position({ unrealizedPnl: '0.1' }),
      position({ unrealizedPnl: '0.2' }),
      position({ accountId: 2, unrealizedPnl: '5' }),
    ];
    expect(positionTotals(rows, ({ accountId }) => (accountId === 1 ? 'paper' : 'live'))).toEqual([
      { environment: 'paper', quote: 'USDT', pnl: '0.3' },
      { environment: 'live', quote: 'USDT', pnl: '5' },
    ]);
  });
});
