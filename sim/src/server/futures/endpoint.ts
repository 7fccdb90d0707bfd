import type { FuturesVenue } from '../../futures/futures-venue.js';
import type { FuturesMarket } from '../../futures/futures-market.js';
import type { Trader } from '../../futures/trader.js';
import { futuresWeight, type FuturesRoute } from '../../futures/weights.js';
import { refuse } from '../../venue/errors.js';
import type { Params } from '../../venue/params.js';
import type { Call, Endpoint, SignedCall } from '../endpoint.js';

export interface TraderCall extends SignedCall {
  trader: Trader;
}

const SYMBOL = /^[A-Z0-9-_.]{1,20}$/;

/** Makes the endpoints of one futures venue. */
export class FuturesEndpoints {
  constructor(readonly venue: FuturesVenue) {}

  public(route: FuturesRoute, handle: (call: Call) => unknown): Endpoint {
    return { ...this.#routed(route), security: 'none', handle };
  }

  /** Needs the API key only. */
  keyed(route: FuturesRoute, handle: (call: TraderCall) => unknown): Endpoint {
    return { ...this.#routed(route), security: 'key', handle: (call) => handle(this.#known(call)) };
  }

  signed(route: FuturesRoute, handle: (call: TraderCall) => unknown): Endpoint {
    return { ...this.#routed(route), security: 'signed', handle: (call) => handle(this.#known(call)) };
  }

  /** The contract named by `symbol`. @throws VenueError -1102, -1100, -1121. */
  market(params: Params): FuturesMarket {
    params.required('symbol');
    const market = this.venue.market(params.matching('symbol', SYMBOL) ?? '');
    if (!market) throw refuse.symbol();
    return market;
  }

  /** One answer for `symbol`, an array over all contracts with a market without it. */
  perMarket<T>(params: Params, format: (market: FuturesMarket) => T): T | T[] {
    return params.has('symbol') ? format(this.market(params)) : this.venue.markets().map(format);
  }

  /** The symbol a request names, or undefined for all. */
  symbol(params: Params): string | undefined {
    return params.has('symbol') ? this.market(params).rules.symbol : undefined;
  }

  #known(call: SignedCall): TraderCall {
    return Object.assign(call, { trader: this.venue.trader(call.account) });
  }

  #routed(route: FuturesRoute): Pick<Endpoint, 'route' | 'weight'> {
    return { route, weight: (params) => futuresWeight(route, params) };
  }
}
