import type { Account } from '../../account/accounts.js';
import { myTradeJson, orderJson } from '../../venue/formats.js';
import type { Fill, SpotOrder } from '../../venue/order.js';
import type { Params } from '../../venue/params.js';
import type { SpotVenue } from '../../venue/spot-venue.js';
import { unitsText, type Units } from '../../venue/units.js';
import { signedEndpoint, type Endpoint } from '../endpoint.js';
import { manyMarkets, oneMarket } from './symbols.js';

/** What an account has, ordered and traded. */
export function accountEndpoints(venue: SpotVenue): Endpoint[] {
  return [
    signedEndpoint('GET /api/v3/account', ({ account, params }) => accountJson(account, params)),
    signedEndpoint('GET /api/v3/account/commission', ({ account, params }) => ({
      symbol: oneMarket(venue, params).rules.symbol,
      standardCommission: commission(account.makerRate, account.takerRate),
      specialCommission: commission(0n, 0n),
      taxCommission: commission(0n, 0n),
      discount: {
        enabledForAccount: false,
        enabledForSymbol: false,
        discountAsset: 'BNB',
        discount: '0.75000000',
      },
    })),
    signedEndpoint('GET /sapi/v1/asset/tradeFee', ({ account, params }) =>
      (params.has('symbol') ? [oneMarket(venue, params)] : manyMarkets(venue, params)).map((market) => ({
        symbol: market.rules.symbol,
        makerCommission: unitsText(account.makerRate),
        takerCommission: unitsText(account.takerRate),
      })),
    ),
    signedEndpoint('GET /api/v3/openOrders', ({ account, params }) => {
      const orders = params.has('symbol')
        ? venue.store.open(account, oneMarket(venue, params).rules.symbol)
        : venue.store.allOpen(account);
      return orders.map(orderJson);
    }),
    signedEndpoint('GET /api/v3/allOrders', ({ account, params }) => {
      const orders = venue.store.orders(account, oneMarket(venue, params).rules.symbol);
      return page(orders, params, 'orderId', (order: SpotOrder) => order.orderId).map(orderJson);
    }),
    signedEndpoint('GET /api/v3/myTrades', ({ account, params }) => {
      const orderId = params.integer('orderId');
      const fills = venue.store
        .fills(account, oneMarket(venue, params).rules.symbol)
        .filter((fill) => orderId === undefined || fill.order.orderId === orderId);
      return page(fills, params, 'fromId', (fill: Fill) => fill.tradeId).map(myTradeJson);
    }),
  ];
}

function accountJson(account: Account, params: Params): Record<string, unknown> {
  const omitZero = params.optional('omitZeroBalances') === 'true';
  return {
    makerCommission: basisPoints(account.makerRate),
    takerCommission: basisPoints(account.takerRate),
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: commission(account.makerRate, account.takerRate),
    canTrade: true,
    canWithdraw: false,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: account.updateTime,
    accountType: 'SPOT',
    balances: account.balances
      .entries()
      .filter(([, { free, locked }]) => !omitZero || free + locked > 0n)
      .map(([asset, { free, locked }]) => ({ asset, free: unitsText(free), locked: unitsText(locked) })),
    permissions: ['SPOT'],
    uid: account.uid,
  };
}

function commission(maker: Units, taker: Units): Record<string, string> {
  return { maker: unitsText(maker), taker: unitsText(taker), buyer: unitsText(0n), seller: unitsText(0n) };
}

/** The old integer form of a rate: hundredths of a percent, cut off. */
function basisPoints(rate: Units): number {
  return Number(rate / 10_000n);
}

/** From an id or a time on in ascending order, else the latest; at most `limit`, 500 by default. */
function page<T extends { time: number }>(
  items: readonly T[],
  params: Params,
  idName: string,
  idOf: (item: T) => number,
): T[] {
  const limit = params.limit(500, 1000);
  // For trades `orderId` is a filter, for orders it is where the page starts.
  const fromId = params.integer(idName);
  const startTime = params.integer('startTime');
  const endTime = params.integer('endTime') ?? Infinity;
  const found = items.filter(
    (item) => idOf(item) >= (fromId ?? 0) && item.time >= (startTime ?? 0) && item.time <= endTime,
  );
  return fromId === undefined && startTime === undefined ? found.slice(-limit) : found.slice(0, limit);
}
