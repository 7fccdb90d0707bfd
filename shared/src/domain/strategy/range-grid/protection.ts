import type { Protection } from '../common/protection.js';
import type { RangeGridParams } from './params.js';

/**
 * Who closes the position at a loss. A range left with everything sold is a stop, too. A neutral grid is long at its
 * lower exit and short at its upper one: it takes both.
 */
export function protectionOf({ exits, outOfRange, direction, futures }: RangeGridParams): Protection {
  const closes = exits?.stop === undefined || exits.stop === 'sell';
  const isNeutral = direction === 'neutral';
  const hasPrice = exits?.stopLoss !== undefined && (!isNeutral || exits.takeProfit !== undefined);
  const ends = hasPrice || exits?.trailingStopPercent !== undefined;
  const missing = exits?.stopLoss !== undefined && isNeutral ? 'takeProfit' : 'stopLoss';
  const stops = isNeutral
    ? 'set exits.stopLoss and exits.takeProfit (a neutral grid loses at both ends)'
    : 'set exits.stopLoss or exits.trailingStopPercent';
  return {
    hasStop: (ends && closes) || outOfRange === 'sell',
    isWaived: futures?.allowUnprotected === true,
    field: `params.exits.${ends ? 'stop' : missing}`,
    remedy: `${ends ? 'let exits.stop be "sell"' : stops}, or futures.allowUnprotected to trade without a stop.`,
  };
}
