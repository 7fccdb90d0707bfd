import type { Account } from '../../account/accounts.js';
import type { OrderHistory } from '../../faults/order-history.js';
import { DISCOUNT_ASSET, DISCOUNT_RATE } from '../../venue/commission.js';
import { myTradeJson, orderJson } from '../../venue/formats.js';
import type { Fill, SpotOrder } from '../../venue/order.js';
import type { Params } from '../../venue/params.js';
import type { SpotVenue } from '../../venue/spot-venue.js';
import { unitsText, type Units } from '../../venue/units.js';
import { signedEndpoint, type Endpoint } from '../endpoint.js';
import { page } from './page.js';
import { manyMarkets, oneMarket } from './symbols.js';

/** What an account has, ordered and traded. */
export function accountEndpoints(venue: SpotVenue, history: OrderHistory): Endpoint[] {
  return [
    signedEndpoint('GET /api/v3/account', ({ account, params }) => accountJson(account, params)),
    signedEndpoint('GET /api/v3/account/commission', ({ account, params }) => ({
      symbol: oneMarket(venue, params).rules.symbol,
      standardCommission: commission(account.makerRate, account.takerRate),
      specialCommission: commission(0n, 0n),
      taxCommission: commission(0n, 0n),
      discount: {
        enabledForAccount: account.bnbFees,
        enabledForSymbol: account.bnbFees,
        discountAsset: DISCOUNT_ASSET,
        discount: unitsText(DISCOUNT_RATE),
      },
    })),
    signedEndpoint('GET /sapi/v1/asset/tradeFee', ({ account, params }) =>
      (params.has('symbol') ? [oneMarket(venue, params)] : manyMarkets(venue, params)).map((market) => ({
        symbol: market.rules.symbol,
        makerCommission: unitsText(account.makerRate),
        takerCommission: unitsText(account.takerRate),
      })),
    ),
    signedEndpoint('GET /api/v3/openOrders', ({ account, params, lag }) => {
      const symbol = params.has('symbol') ? oneMarket(venue, params).rules.symbol : undefined;
      const open = symbol === undefined ? venue.store.allOpen(account) : venue.store.open(account, symbol);
      return history.open(account, open, lag, symbol).map(orderJson);
    }),
    signedEndpoint('GET /api/v3/allOrders', ({ account, params, lag }) => {
      const stored = venue.store.orders(account, oneMarket(venue, params).rules.symbol);
      const orders = lag === 0 ? stored : stored.flatMap((order) => history.seen(order, lag) ?? []);
      return page(orders, params, 'orderId', (order: SpotOrder) => order.orderId).map(orderJson);
    }),
    signedEndpoint('GET /api/v3/myTrades', ({ account, params, now, lag }) => {
      const orderId = params.integer('orderId');
      const fills = venue.store
        .fills(account, oneMarket(venue, params).rules.symbol)
        .filter((fill) => orderId === undefined || fill.order.orderId === orderId)
        .filter((fill) => lag === 0 || fill.time <= now - lag);
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
