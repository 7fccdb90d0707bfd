import { ticksToPrice } from '../../market/market.js';
import { decStr, type Decimal } from '../../numbers/decimal.js';
import { STOP_SLOT } from '../../order/client-order-id.js';
import type { Side } from '../../order/order.js';
import type { ExchangeStop } from '../view.js';
import { keyOf, type Grid } from './context.js';
import { exitPrices, trailingStop } from './exit-causes.js';
import type { RangeGridState } from './state.js';

/**
 * Stops that are to rest at the exchange: where the grid would close its position at a loss by itself. A long's is below
 * the market and a short's above; a neutral grid is long at its lower exit and short at its upper one, so it has both.
 */
export function exchangeStops(grid: Grid, { header }: RangeGridState): ExchangeStop[] {
  const { exits, direction, futures } = grid.params;
  const { market } = grid.leg;
  const closes = exits?.stop === undefined || exits.stop === 'sell';
  if (market.type !== 'linear' || !closes || futures?.stopAt === 'platform') return [];
  if (header.phase === 'finished') return [];
  const stop = (side: Side, price: Decimal): ExchangeStop => ({
    key: keyOf(grid, STOP_SLOT),
    side,
    price: decStr(price),
  });
  const { lower, upper } = exitPrices(grid);
  const isShort = direction === 'short';
  const of = (ticks: number | null): Decimal | null => (ticks === null ? null : ticksToPrice(market, ticks));
  const best = trailingStop(grid, header);
  const trailed = of(best === null ? null : (isShort ? best.ceil() : best.floor()).toNumber());
  // Of two stops on one side the one that comes first counts.
  if (isShort) {
    const price = lesser(of(upper), trailed);
    return price === null ? [] : [stop('buy', price)];
  }
  const below = greater(of(lower), trailed);
  const above = direction === 'neutral' ? of(upper) : null;
  return [...(below === null ? [] : [stop('sell', below)]), ...(above === null ? [] : [stop('buy', above)])];
}

function greater(a: Decimal | null, b: Decimal | null): Decimal | null {
  if (a === null || b === null) return a ?? b;
  return a.gt(b) ? a : b;
}

function lesser(a: Decimal | null, b: Decimal | null): Decimal | null {
  if (a === null || b === null) return a ?? b;
  return a.lt(b) ? a : b;
}
