import { futuresOrderJson, incomeJson, userTradeJson } from '../../futures/formats.js';
import {
  accountPositionJson,
  accountTotals,
  assetJson,
  balanceJson,
  HEDGED,
  ONE_WAY,
  positionRiskJson,
} from '../../futures/account-formats.js';
import type { Position } from '../../futures/position.js';
import type { FuturesRules } from '../../futures/rules.js';
import type { Trader } from '../../futures/trader.js';
import { unitsText } from '../../venue/units.js';
import type { Endpoint } from '../endpoint.js';
import { page } from '../endpoints/page.js';
import type { FuturesEndpoints, TraderCall } from './endpoint.js';

type Version = 2 | 3;

/** What an account has, ordered, traded and earned. */
export function futuresQueries(api: FuturesEndpoints): Endpoint[] {
  const { venue } = api;
  const { store, sources } = venue;
  const account =
    (version: Version) =>
    ({ trader }: TraderCall) => ({
      ...(version === 2 ? { feeTier: 0, canTrade: true, canDeposit: true, canWithdraw: false } : {}),
      multiAssetsMargin: false,
      ...accountTotals(sources, trader),
      assets: [assetJson(sources, trader)],
      positions: positionsOf(api, trader, version).map((position) =>
        accountPositionJson(sources, trader, position, version),
      ),
    });
  const risk =
    (version: Version) =>
    ({ trader, params }: TraderCall) =>
      positionsOf(api, trader, version, api.symbol(params)).map((position) =>
        positionRiskJson(sources, trader, position, version),
      );
  const balance = ({ trader }: TraderCall): unknown => [balanceJson(sources, trader)];
  return [
    api.signed('GET /fapi/v2/account', account(2)),
    api.signed('GET /fapi/v3/account', account(3)),
    api.signed('GET /fapi/v2/balance', balance),
    api.signed('GET /fapi/v3/balance', balance),
    api.signed('GET /fapi/v2/positionRisk', risk(2)),
    api.signed('GET /fapi/v3/positionRisk', risk(3)),
    api.signed('GET /fapi/v1/openOrders', ({ trader, params }) =>
      store.open(trader, api.symbol(params)).map(futuresOrderJson),
    ),
    api.signed('GET /fapi/v1/allOrders', ({ trader, params }) => {
      const orders = store.orders(trader, api.market(params).rules.symbol);
      return page(orders, params, 'orderId', ({ orderId }) => orderId).map(futuresOrderJson);
    }),
    api.signed('GET /fapi/v1/userTrades', ({ trader, params }) => {
      const orderId = params.integer('orderId');
      const fills = store
        .fills(trader, api.symbol(params))
        .filter((fill) => orderId === undefined || fill.order.orderId === orderId);
      return page(fills, params, 'fromId', ({ tradeId }) => tradeId).map(userTradeJson);
    }),
    api.signed('GET /fapi/v1/income', ({ trader, params }) => {
      const symbol = api.symbol(params);
      const type = params.optional('incomeType');
      const incomes = venue.wallets
        .incomes(trader)
        .filter(
          (one) =>
            (symbol === undefined || one.symbol === symbol) && (type === undefined || one.type === type),
        );
      return page(incomes, params, '', () => 0, 100).map(incomeJson);
    }),
    api.signed('GET /fapi/v1/commissionRate', ({ trader, params }) => ({
      symbol: api.market(params).rules.symbol,
      makerCommissionRate: unitsText(trader.makerRate),
      takerCommissionRate: unitsText(trader.takerRate),
    })),
  ];
}

/** Version 3 lists what is in use, version 2 every contract in every side of the position mode. */
function positionsOf(
  { venue }: FuturesEndpoints,
  trader: Trader,
  version: Version,
  symbol?: string,
): Position[] {
  const listed = symbol === undefined ? [...venue.listing.values()] : [venue.marketOf(symbol).rules];
  const sides = trader.hedged ? HEDGED : ONE_WAY;
  const all = (rules: FuturesRules): Position[] => sides.map((side) => trader.position(rules, side));
  if (version === 2) return listed.flatMap(all);
  const inUse = new Set(venue.store.open(trader).map((order) => order.rules.symbol));
  return listed.flatMap((rules) => {
    const open = trader.openPositions(rules.symbol);
    return inUse.has(rules.symbol) ? all(rules) : open;
  });
}
