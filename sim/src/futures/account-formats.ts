import { quantityText, quoteUnits } from '../venue/rules.js';
import { unitsText, type Units } from '../venue/units.js';
import {
  accountMargin,
  marginBehind,
  positionMargin,
  symbolMargin,
  type MarginSources,
} from './account-margin.js';
import { liquidationPrice, maxNotional } from './margin.js';
import { direction, entryPrice, type Position, type PositionSide } from './position.js';
import { MARGIN_ASSET, type FuturesRules } from './rules.js';
import type { Trader } from './trader.js';

type Json = Record<string, unknown>;

export const ONE_WAY: readonly PositionSide[] = ['BOTH'];
export const HEDGED: readonly PositionSide[] = ['LONG', 'SHORT'];

/** A quantity with the sign of its position. */
export function signedQuantity({ rules, steps }: Position): string {
  const text = quantityText(rules, Math.abs(steps));
  return steps < 0 ? `-${text}` : text;
}

/** The money of an account under the names `account` uses. */
export function accountTotals(sources: MarginSources, trader: Trader): Json {
  const margin = accountMargin(sources, trader);
  return {
    totalInitialMargin: unitsText(margin.positionInitial + margin.orderInitial),
    totalMaintMargin: unitsText(margin.maintenance),
    totalWalletBalance: unitsText(margin.wallet),
    totalUnrealizedProfit: unitsText(margin.unrealised),
    totalMarginBalance: unitsText(margin.wallet + margin.unrealised),
    totalPositionInitialMargin: unitsText(margin.positionInitial),
    totalOpenOrderInitialMargin: unitsText(margin.orderInitial),
    totalCrossWalletBalance: unitsText(margin.crossWallet),
    totalCrossUnPnl: unitsText(margin.crossUnrealised),
    availableBalance: unitsText(margin.available),
    maxWithdrawAmount: unitsText(withdrawable(margin)),
  };
}

/** An asset of `account`. */
export function assetJson(sources: MarginSources, trader: Trader): Json {
  const margin = accountMargin(sources, trader);
  return {
    asset: MARGIN_ASSET,
    walletBalance: unitsText(margin.wallet),
    unrealizedProfit: unitsText(margin.unrealised),
    marginBalance: unitsText(margin.wallet + margin.unrealised),
    maintMargin: unitsText(margin.maintenance),
    initialMargin: unitsText(margin.positionInitial + margin.orderInitial),
    positionInitialMargin: unitsText(margin.positionInitial),
    openOrderInitialMargin: unitsText(margin.orderInitial),
    crossWalletBalance: unitsText(margin.crossWallet),
    crossUnPnl: unitsText(margin.crossUnrealised),
    availableBalance: unitsText(margin.available),
    maxWithdrawAmount: unitsText(withdrawable(margin)),
    marginAvailable: true,
    updateTime: trader.updateTime,
  };
}

/** An entry of `balance`. */
export function balanceJson(sources: MarginSources, trader: Trader): Json {
  const margin = accountMargin(sources, trader);
  return {
    accountAlias: `sim${trader.account.uid}`,
    asset: MARGIN_ASSET,
    balance: unitsText(margin.wallet),
    crossWalletBalance: unitsText(margin.crossWallet),
    crossUnPnl: unitsText(margin.crossUnrealised),
    availableBalance: unitsText(margin.available),
    maxWithdrawAmount: unitsText(withdrawable(margin)),
    marginAvailable: true,
    updateTime: trader.updateTime,
  };
}

/** Profit that is not realised cannot be withdrawn. */
function withdrawable({ available, crossUnrealised }: { available: Units; crossUnrealised: Units }): Units {
  const left = crossUnrealised > 0n ? available - crossUnrealised : available;
  return left > 0n ? left : 0n;
}

/** A position of `account`; version 2 shows settings with it. */
export function accountPositionJson(
  sources: MarginSources,
  trader: Trader,
  position: Position,
  version: 2 | 3,
): Json {
  const { rules } = position;
  const { notional, initial, maintenance, unrealised } = positionMargin(sources, trader, position);
  const { leverage, isolated } = trader.settings(rules.symbol);
  return {
    symbol: rules.symbol,
    positionSide: position.side,
    positionAmt: signedQuantity(position),
    unrealizedProfit: unitsText(unrealised),
    isolatedMargin: unitsText(isolated ? position.isolatedWallet + unrealised : 0n),
    notional: unitsText(notional * BigInt(direction(position))),
    isolatedWallet: unitsText(position.isolatedWallet),
    initialMargin: unitsText(initial),
    maintMargin: unitsText(maintenance),
    updateTime: position.updateTime,
    ...(version === 2
      ? {
          positionInitialMargin: unitsText(initial),
          openOrderInitialMargin: unitsText(symbolMargin(sources, trader, rules.symbol).orders),
          leverage: String(leverage),
          isolated,
          entryPrice: unitsText(entryPrice(position)),
          breakEvenPrice: unitsText(entryPrice(position)),
          maxNotional: unitsText(maxNotional(rules, leverage)),
        }
      : {}),
  };
}

/** An entry of `positionRisk`; the break-even price leaves fees out. */
export function positionRiskJson(
  sources: MarginSources,
  trader: Trader,
  position: Position,
  version: 2 | 3,
): Json {
  const { rules } = position;
  const { mark, notional, initial, maintenance, unrealised } = positionMargin(sources, trader, position);
  const { leverage, isolated } = trader.settings(rules.symbol);
  const entry = unitsText(entryPrice(position));
  const orders = sources
    .openOrders(trader, rules.symbol)
    .filter(({ positionSide }) => positionSide === position.side);
  const waiting = (side: 'BUY' | 'SELL'): string =>
    unitsText(
      orders
        .filter((order) => order.side === side)
        .reduce((sum, order) => sum + quoteUnits(rules, order.price, order.quantity - order.executed), 0n),
    );
  return {
    symbol: rules.symbol,
    positionSide: position.side,
    positionAmt: signedQuantity(position),
    entryPrice: entry,
    breakEvenPrice: entry,
    markPrice: unitsText(mark),
    unRealizedProfit: unitsText(unrealised),
    liquidationPrice: unitsText(liquidationOf(sources, trader, position)),
    isolatedMargin: unitsText(isolated ? position.isolatedWallet + unrealised : 0n),
    notional: unitsText(notional * BigInt(direction(position))),
    marginAsset: MARGIN_ASSET,
    isolatedWallet: unitsText(position.isolatedWallet),
    initialMargin: unitsText(initial),
    maintMargin: unitsText(maintenance),
    positionInitialMargin: unitsText(initial),
    openOrderInitialMargin: unitsText(symbolMargin(sources, trader, rules.symbol).orders),
    adl: position.steps === 0 ? 0 : 1,
    bidNotional: waiting('BUY'),
    askNotional: waiting('SELL'),
    updateTime: position.updateTime,
    ...(version === 2
      ? {
          leverage: String(leverage),
          maxNotionalValue: unitsText(maxNotional(rules, leverage)),
          marginType: isolated ? 'isolated' : 'cross',
          isAutoAddMargin: 'false',
        }
      : {}),
  };
}

/** The maintenance margin of a trader's other cross positions stands before this one. */
function liquidationOf(sources: MarginSources, trader: Trader, position: Position): Units {
  if (position.steps === 0) return 0n;
  const behind = marginBehind(sources, trader, position);
  if (trader.settings(position.rules.symbol).isolated) return liquidationPrice(position, behind);
  const others =
    accountMargin(sources, trader).crossMaintenance - positionMargin(sources, trader, position).maintenance;
  return liquidationPrice(position, behind - others);
}

/** An entry of `symbolConfig`. */
export function symbolConfigJson(trader: Trader, rules: FuturesRules): Json {
  const { leverage, isolated } = trader.settings(rules.symbol);
  return {
    symbol: rules.symbol,
    marginType: isolated ? 'ISOLATED' : 'CROSSED',
    isAutoAddMargin: false,
    leverage,
    maxNotionalValue: unitsText(maxNotional(rules, leverage)),
  };
}

/** An entry of `leverageBracket`: amounts and rates are numbers there. */
export function bracketsJson(rules: FuturesRules): Json {
  return {
    symbol: rules.symbol,
    brackets: rules.brackets.map((bracket) => ({
      bracket: bracket.number,
      initialLeverage: bracket.maxLeverage,
      notionalCap: Number(unitsText(bracket.cap)),
      notionalFloor: Number(unitsText(bracket.floor)),
      maintMarginRatio: Number(unitsText(bracket.maintenanceRate)),
      cum: Number(unitsText(bracket.cum)),
    })),
  };
}
