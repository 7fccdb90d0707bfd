import { dec, decStr, type Fill, type Market } from '@gridfleet/shared/domain';
import type { VenueFill, VenueMarkets } from '../venue/venue.js';

/** A third coin's rate is good for a minute: its fee is a fraction of a fraction. */
const RATE_MAX_AGE_MS = 60_000;

/** Values fees in quote: base at the fill's price, quote as it is, a third coin at its market's middle price. */
export class FeeValuer {
  readonly #markets: VenueMarkets;
  readonly #rates = new Map<string, { rate: string; at: number }>();

  constructor(markets: VenueMarkets) {
    this.#markets = markets;
  }

  /** @throws VenueError when a third coin's rate cannot be had: a fill with an unknown fee is not booked. */
  async value(fill: VenueFill, market: Market): Promise<Fill> {
    const { exchangeOrderId: _order, market: _market, side: _side, ...trade } = fill;
    return { ...trade, feeQuote: await this.#feeQuote(fill, market) };
  }

  async #feeQuote(fill: VenueFill, market: Market): Promise<string> {
    const fee = dec(fill.fee);
    if (fee.isZero()) return '0';
    if (fill.feeAsset === market.quote) return fill.fee;
    if (fill.feeAsset === market.base) return decStr(fee.times(dec(fill.price)));
    return decStr(fee.times(dec(await this.#rate(fill.feeAsset, market.quote))));
  }

  async #rate(asset: string, quote: string): Promise<string> {
    const symbol = `${asset}/${quote}`;
    const known = this.#rates.get(symbol);
    if (known !== undefined && performance.now() - known.at < RATE_MAX_AGE_MS) return known.rate;
    const { bid, ask } = await this.#markets.quote(symbol);
    const rate = decStr(dec(bid).plus(dec(ask)).div(2));
    this.#rates.set(symbol, { rate, at: performance.now() });
    return rate;
  }
}
