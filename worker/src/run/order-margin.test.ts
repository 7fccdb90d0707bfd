import { dec, type Exposure, type LegContext, type Market } from '@gridfleet/shared/domain';
import type { OrderRow } from '@gridfleet/shared/infra';
import { describe, expect, it } from 'vitest';
import { orderRow } from '../testing/order-row.js';
import { SOL_LEG } from '../testing/sol-leg.js';
import type { MarketQuote } from './admission.js';
import { orderMargin } from './order-margin.js';

const MARKET: Market = { ...SOL_LEG.market, symbol: 'BTC/USDT:USDT', type: 'linear', base: 'BTC' };
const LEG: LegContext = { ...SOL_LEG, market: MARKET, takerRate: '0.001' };
const QUOTE: MarketQuote = { bid: dec('109'), ask: dec('110') };

interface Case {
  row?: Partial<OrderRow>;
  leg?: LegContext;
  leverage?: number | null;
  quote?: MarketQuote | null;
  held?: string;
  pending?: string;
}
/** An order of 1 at 100, leverage 10. */
function margin({
  row,
  leg = LEG,
  leverage = 10,
  quote = QUOTE,
  held = '0',
  pending = '0',
}: Case): string | null {
  const exposure = (): Exposure => ({ position: dec(held), pending: dec(pending) });
  const order = orderRow({ market: leg.market.symbol, ...row });
  return orderMargin(leg, leverage, order, quote, exposure);
}

describe('the margin of an order', () => {
  it.each<[string, Case, string | null]>([
    ['a purchase at its limit', {}, '10.1'],
    ['a purchase at the market', { row: { price: null, type: 'market' } }, '11.11'],
    ['a sale at its limit', { row: { side: 'sell', price: '120' } }, '12.12'],
    ['a sale that meets a better bid', { row: { side: 'sell' } }, '11.009'],
    ['a sale before the first quote', { row: { side: 'sell' }, quote: null }, '10.1'],
    ['a sale that turns a position', { row: { side: 'sell', price: '120' }, held: '0.9' }, '12.12'],
    [
      'a sale beside another that closes already',
      { row: { side: 'sell', price: '120' }, held: '1', pending: '0.1' },
      '12.12',
    ],
    ['a purchase of a short in hedge mode', { row: { positionSide: 'short' } }, null],
    ['a sale that fits into the position', { row: { side: 'sell' }, held: '1.5', pending: '0.5' }, null],
    ['a purchase that fits into a short', { held: '-1' }, null],
    ['what says so itself', { row: { reduceOnly: true } }, null],
    ['a market order before the first quote', { row: { price: null, type: 'market' }, quote: null }, null],
    ['an order whose leverage nobody knows', { leverage: null }, null],
    ['an order on spot', { leg: SOL_LEG }, null],
  ])('%s', (_name, given, expected) => {
    expect(margin(given)).toBe(expected);
  });
});
