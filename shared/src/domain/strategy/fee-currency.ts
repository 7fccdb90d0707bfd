import type { LegContext } from './kind.js';

/**
 * What fees are expected in. `base`: a buy's fee comes out of the base it brings, a sell's out of its quote (spot
 * venues without a fee coin); `quote`: both sides in quote; `third`: another coin, counted at its value in quote.
 */
export type FeeCurrency = 'base' | 'quote' | 'third';

/** Whether a buy brings less base than its quantity; unless stated, true on spot and false for derivatives. */
export function isFeeInBase(leg: Pick<LegContext, 'market' | 'feeCurrency'>): boolean {
  return (leg.feeCurrency ?? (leg.market.type === 'spot' ? 'base' : 'quote')) === 'base';
}
