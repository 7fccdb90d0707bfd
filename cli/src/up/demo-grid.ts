import { Decimal, dec, roundTo } from '@gridfleet/shared/domain';

const LEVELS = 21;
/** Half the width of the grid as a fraction of the price: narrow enough for the recording to cross several levels. */
const HALF_WIDTH = new Decimal('0.003');
/** Decimal places of BTC/USDT prices. */
const PRICE_PLACES = 2;

/**
 * Parameters of the demo's range grid: 21 levels, ±0.3 % around a price, every level on a whole cent.
 * @param ask best ask as a decimal string, quote per base
 */
export function demoGridParams(ask: string): Record<string, string | number | boolean> {
  const price = dec(ask);
  const cells = LEVELS - 1;
  const step = roundTo(price.times(HALF_WIDTH).times(2).div(cells), PRICE_PLACES);
  const lower = roundTo(price.minus(step.times(cells).div(2)), PRICE_PLACES);
  return {
    lower: lower.toFixed(PRICE_PLACES),
    upper: lower.plus(step.times(cells)).toFixed(PRICE_PLACES),
    levels: LEVELS,
    spacing: 'arithmetic',
    quantityMode: 'base',
    quantity: '0.005',
    profitMode: 'quote',
    initialInventory: 'buy',
    postOnly: false,
  };
}
