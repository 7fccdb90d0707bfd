import { priceText, quantityText } from '../venue/rules.js';
import { plainText, unitsText } from '../venue/units.js';
import { positionMargin, type MarginSources } from './account-margin.js';
import { signedQuantity } from './account-formats.js';
import type { AlgoOrder } from './algo-order.js';
import type { AccountEvent, ConfigEvent, FuturesOrderEvent } from './events.js';
import { averagePrice } from './formats.js';
import type { FuturesOrder } from './order.js';
import { entryPrice, unrealised, type Position } from './position.js';
import { MARGIN_ASSET } from './rules.js';
import type { Trader } from './trader.js';

type Json = Record<string, unknown>;

/** `ORDER_TRADE_UPDATE`: one change of an order. */
export function orderUpdate({ order, execution, fill, time }: FuturesOrderEvent): Json {
  const { rules } = order;
  const traded = fill ? { N: MARGIN_ASSET, n: unitsText(fill.commission) } : {};
  return {
    e: 'ORDER_TRADE_UPDATE',
    E: time,
    T: time,
    o: {
      s: rules.symbol,
      c: order.clientOrderId,
      S: order.side,
      o: execution === 'CALCULATED' ? 'LIQUIDATION' : order.type,
      f: order.timeInForce,
      q: quantityText(rules, order.quantity),
      p: priceText(rules, order.price),
      ap: unitsText(averagePrice(order)),
      sp: priceText(rules, 0),
      x: execution,
      X: order.status,
      i: order.orderId,
      l: quantityText(rules, fill?.quantity ?? 0),
      z: quantityText(rules, order.executed),
      L: priceText(rules, fill?.price ?? 0),
      ...traded,
      T: time,
      t: fill?.tradeId ?? 0,
      b: '0',
      a: '0',
      m: fill?.maker ?? false,
      R: order.reduceOnly,
      wt: 'CONTRACT_PRICE',
      ot: order.origType,
      ps: order.positionSide,
      cp: order.closePosition,
      rp: unitsText(fill?.realised ?? 0n),
      pP: false,
      si: 0,
      ss: 0,
      V: order.stpMode,
      pm: order.priceMatch,
      gtd: order.goodTillDate,
    },
  };
}

/** `ACCOUNT_UPDATE`: the wallet and the positions that changed. */
export function accountUpdate(sources: MarginSources, event: AccountEvent): Json {
  const { trader, reason, change, asset, positions, time } = event;
  return {
    e: 'ACCOUNT_UPDATE',
    E: time,
    T: time,
    a: {
      m: reason,
      B: [
        {
          a: asset,
          wb: unitsText(trader.wallet(asset)),
          cw: unitsText(asset === MARGIN_ASSET ? trader.crossWallet() : trader.wallet(asset)),
          bc: unitsText(change),
        },
      ],
      P: positions.map((position) => positionUpdate(sources, trader, position)),
    },
  };
}

function positionUpdate(sources: MarginSources, trader: Trader, position: Position): Json {
  const { rules } = position;
  const entry = unitsText(entryPrice(position));
  return {
    s: rules.symbol,
    pa: signedQuantity(position),
    ep: entry,
    bep: entry,
    cr: unitsText(position.realised),
    up: unitsText(unrealised(position, sources.mark(rules.symbol))),
    mt: trader.settings(rules.symbol).isolated ? 'isolated' : 'cross',
    iw: unitsText(position.isolatedWallet),
    ps: position.side,
    ma: MARGIN_ASSET,
  };
}

/** `ALGO_UPDATE`: one change of a conditional order. */
export function algoUpdate(order: AlgoOrder, time: number): Json {
  const { rules, order: child } = order;
  return {
    e: 'ALGO_UPDATE',
    T: time,
    E: time,
    o: {
      caid: order.clientAlgoId,
      aid: order.algoId,
      at: 'CONDITIONAL',
      o: order.type,
      s: rules.symbol,
      S: order.side,
      ps: order.positionSide,
      f: order.timeInForce,
      q: quantityText(rules, order.quantity),
      X: order.status,
      ...(child
        ? {
            ai: String(child.orderId),
            ap: unitsText(averagePrice(child)),
            aq: quantityText(rules, child.executed),
            act: child.type,
          }
        : { ai: '' }),
      tp: priceText(rules, order.triggerPrice),
      p: priceText(rules, order.price),
      V: order.stpMode,
      wt: order.workingType,
      pm: 'NONE',
      cp: order.closePosition,
      pP: order.priceProtect,
      R: order.reduceOnly,
      tt: order.triggerTime,
      gtd: order.goodTillDate,
      ...(order.type === 'TRAILING_STOP_MARKET'
        ? { AP: priceText(rules, order.activationPrice), cr: plainText(order.callbackRate * 100n) }
        : {}),
      rm: order.failure,
    },
  };
}

/** `ACCOUNT_CONFIG_UPDATE`: a changed leverage or margin mode. */
export function configUpdate({ change, time }: ConfigEvent): Json {
  const about =
    'symbol' in change ? { ac: { s: change.symbol, l: change.leverage } } : { ai: { j: change.multiAssets } };
  return { e: 'ACCOUNT_CONFIG_UPDATE', E: time, T: time, ...about };
}

/** `MARGIN_CALL`: positions whose margin gets short. */
export function marginCall(
  sources: MarginSources,
  trader: Trader,
  positions: readonly Position[],
  time: number,
): Json {
  return {
    e: 'MARGIN_CALL',
    E: time,
    cw: unitsText(trader.crossWallet()),
    p: positions.map((position) => {
      const { mark, maintenance, unrealised: profit } = positionMargin(sources, trader, position);
      return {
        s: position.rules.symbol,
        ps: position.side,
        pa: signedQuantity(position),
        mt: trader.settings(position.rules.symbol).isolated ? 'ISOLATED' : 'CROSSED',
        iw: unitsText(position.isolatedWallet),
        mp: unitsText(mark),
        up: unitsText(profit),
        mm: unitsText(maintenance),
      };
    }),
  };
}

/** `forceOrder`: a liquidation, for everybody. */
export function forceOrder(order: FuturesOrder, time: number): Json {
  const { rules } = order;
  return {
    e: 'forceOrder',
    E: time,
    o: {
      s: rules.symbol,
      S: order.side,
      o: order.type,
      f: order.timeInForce,
      q: quantityText(rules, order.quantity),
      p: priceText(rules, order.price),
      ap: unitsText(averagePrice(order)),
      X: order.status,
      l: quantityText(rules, order.executed),
      z: quantityText(rules, order.executed),
      T: time,
    },
  };
}
