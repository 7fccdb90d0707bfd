import { describe, expect, test } from 'vitest';
import type { StrategyView } from '../../domain/strategy/view.js';
import { figuresOf } from './figures.js';

const level = {
  slot: 0,
  buyPrice: '1',
  sellPrice: '2',
  side: 'buy',
  price: '1',
  quantity: '1',
  reason: null,
  cycles: 0,
} as const;

const view: StrategyView = {
  levels: [
    { ...level, state: 'resting' },
    { ...level, state: 'in-flight', side: 'sell' },
    { ...level, state: 'frozen' },
    { ...level, state: 'waiting' },
  ],
  range: null,
  position: '0.3',
  positionCost: '30',
  positionCount: 2,
  cycles: 5,
  profit: {
    grid: '10',
    inventoryRealised: '-1',
    inventoryUnrealised: '2',
    priceImprovement: '0.5',
    funding: '0',
    openFees: '0.25',
    total: '11.25',
  },
  phase: 'trading',
  hasStop: true,
  ending: false,
  blocked: null,
};

describe('figures of a view', () => {
  test('count what may be at the exchange, and split realised from unrealised', () => {
    expect(figuresOf(view, 9)).toMatchObject({
      pendingBuys: 2,
      pendingSells: 1,
      positionCount: 2,
      cycles: 5,
      fills: 9,
      realizedPnl: '9.25',
      unrealizedPnl: '2',
    });
  });

  test('value the inventory at the price given, exactly, and the total with it', () => {
    const { unrealizedPnl, realizedPnl, profit } = figuresOf(view, 9, '100.1');
    expect([realizedPnl, unrealizedPnl]).toEqual(['9.25', '0.03']);
    expect(profit).toMatchObject({ inventoryUnrealised: '0.03', total: '9.28', grid: '10' });
  });
});
