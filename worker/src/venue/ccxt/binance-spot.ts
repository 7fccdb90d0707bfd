import { dec, decStr } from '@gridfleet/shared/domain';
import { SPOT_LIMITS } from '../../budget/venue-gate.js';
import { restingParams, type BinanceProduct, type Raw } from './binance-product.js';
import {
  marketFromRest,
  orderFromRest,
  orderFromStream,
  tradeFromRest,
  unreadable,
} from './binance-convert.js';

/** Binance spot. */
export const SPOT: BinanceProduct = {
  id: 'binance',
  api: 'spot',
  marketType: 'spot',
  loads: 'spot',
  limits: SPOT_LIMITS,
  lookWeight: 46,
  // REST API documentation, `myTrades`: a query by time spans at most 24 h.
  tradeWindowMs: 24 * 3_600_000,

  serverTime: (client) => client.publicGetTime(),
  async quote(client, symbol) {
    const answer = (await client.publicGetTicker24hr({ symbol })) as Raw;
    return {
      bid: decStr(dec(String(answer.bidPrice))),
      ask: decStr(dec(String(answer.askPrice))),
      last: typeof answer.lastPrice === 'string' ? decStr(dec(answer.lastPrice)) : null,
    };
  },
  klines: (client, params) => client.publicGetKlines(params),
  depth: (client, params) => client.publicGetDepth(params),
  recentTrades: (client, params) => client.publicGetTrades(params),
  market: marketFromRest,

  async balances(client) {
    const answer = (await client.privateGetAccount({ omitZeroBalances: 'true' })) as Raw;
    if (!Array.isArray(answer.balances)) throw unreadable('balances');
    return answer.balances.map((row: Raw) => ({
      asset: String(row.asset),
      free: decStr(dec(String(row.free))),
      locked: decStr(dec(String(row.locked))),
    }));
  },
  async feeRates(client, symbol) {
    const answer = (await client.privateGetAccountCommission({ symbol })) as Raw;
    const rates = answer.standardCommission as Raw | undefined;
    if (rates === undefined) throw unreadable('commission rates');
    return { maker: rates.maker, taker: rates.taker };
  },
  orderParams: ({ type, postOnly, timeInForce }) => restingParams(type, postOnly, timeInForce),
  openOrders: (client, params) => client.privateGetOpenOrders(params),
  myTrades: (client, params) => client.privateGetMyTrades(params),
  order: orderFromRest,
  trade: tradeFromRest,
  eventMarketId: (message) => String(message.s),
  orderEvent: orderFromStream,
  confirmsPrivate: (message) =>
    (message.result as { subscriptionId?: unknown } | null | undefined)?.subscriptionId !== undefined,
};
