import { dec, decStr } from '@gridfleet/shared/domain';
import { LINEAR_LIMITS } from '../../budget/venue-gate.js';
import { unreadable } from './binance-convert.js';
import { restingParams, type BinanceProduct, type Raw } from './binance-product.js';
import {
  contractFromRest,
  linearOrder,
  linearOrderEvent,
  linearTrade,
  positionSideText,
} from './linear-convert.js';

const DAY_MS = 86_400_000;

/** Binance USDT-M perpetuals. */
export const LINEAR: BinanceProduct = {
  id: 'binanceusdm',
  api: 'linear',
  marketType: 'swap',
  loads: 'linear',
  limits: LINEAR_LIMITS,
  lookWeight: 16,
  // `userTrades` takes at most seven days, and assumes them when it is told no end.
  tradeWindowMs: 7 * DAY_MS,

  serverTime: (client) => client.fapiPublicGetTime(),
  async quote(client, symbol) {
    // The day's ticker of contracts has no best quotes.
    const answer = (await client.fapiPublicGetTickerBookTicker({ symbol })) as Raw;
    const text = (value: unknown): string => decStr(dec(String(value)));
    return { bid: text(answer.bidPrice), ask: text(answer.askPrice), last: null };
  },
  klines: (client, params) => client.fapiPublicGetKlines(params),
  depth: (client, params) => client.fapiPublicGetDepth(params),
  recentTrades: (client, params) => client.fapiPublicGetTrades(params),
  market: contractFromRest,

  async balances(client) {
    const answer = (await client.fapiPrivateV3GetAccount()) as Raw;
    if (!Array.isArray(answer.assets)) throw unreadable('balances');
    return answer.assets.map((row: Raw) => ({
      asset: String(row.asset),
      free: decStr(dec(String(row.availableBalance))),
      locked: decStr(dec(String(row.initialMargin))),
      orderMargin: decStr(dec(String(row.openOrderInitialMargin))),
    }));
  },
  async feeRates(client, symbol) {
    const answer = (await client.fapiPrivateGetCommissionRate({ symbol })) as Raw;
    return { maker: answer.makerCommissionRate, taker: answer.takerCommissionRate };
  },
  orderParams: ({ type, postOnly, timeInForce, positionSide = 'net', reduceOnly = false }) => ({
    ...restingParams(type, postOnly, timeInForce),
    positionSide: positionSideText(positionSide),
    // Hedge mode tells opening from closing by the side, and refuses the flag.
    ...(reduceOnly && positionSide === 'net' ? { reduceOnly: true } : {}),
  }),
  openOrders: (client, params) => client.fapiPrivateGetOpenOrders(params),
  myTrades: (client, params) => client.fapiPrivateGetUserTrades(params),
  order: linearOrder,
  trade: linearTrade,
  eventMarketId: (message) => String((message.o as Raw | undefined)?.s),
  orderEvent: linearOrderEvent,
  confirmsPrivate: null,
};
