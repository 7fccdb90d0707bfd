import type { LegContext } from '@gridfleet/shared/domain';

/** The market that grids trade in tests: SOL/USDT at 155, of nothing but rules and a quote. */
export const SOL_LEG: LegContext = {
  leg: 0,
  market: {
    symbol: 'SOL/USDT',
    type: 'spot',
    base: 'SOL',
    quote: 'USDT',
    tickSize: '0.01',
    stepSize: '0.001',
    minQuantity: '0.001',
    maxQuantity: '90000',
    minNotional: '5',
    active: true,
  },
  bid: 15_499,
  ask: 15_500,
  makerRate: '0.0001',
  takerRate: '0.001',
  baseFree: null,
  quoteFree: null,
};
