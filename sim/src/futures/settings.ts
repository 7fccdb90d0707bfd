import type { Units } from '../venue/units.js';
import { accountMargin, positionMargin, type MarginSources } from './account-margin.js';
import { refuseFutures } from './errors.js';
import type { FuturesEvents } from './events.js';
import { maxLeverage, maxNotional } from './margin.js';
import { notionalAt, type Position } from './position.js';
import type { FuturesRules } from './rules.js';
import type { Trader } from './trader.js';
import type { WalletBook } from './wallet-book.js';

export interface SettingsParts {
  now: () => number;
  sources: MarginSources;
  events: FuturesEvents;
  wallets: WalletBook;
  /** Whether a trader has conditional orders waiting, in one contract or any. */
  hasAlgoOrders: (trader: Trader, symbol?: string) => boolean;
}

/** Leverage, margin type, position mode and isolated margin, with the exchange's conditions for changing them. */
export class TraderSettings {
  constructor(private readonly parts: SettingsParts) {}

  /**
   * @returns the largest notional the leverage allows.
   * @throws VenueError -4028 outside 1..max, -4161 lower with an isolated position, -2027 when the position is too
   * large for it, -2028 without margin for it.
   */
  changeLeverage(trader: Trader, rules: FuturesRules, leverage: number): Units {
    const { sources, events, now } = this.parts;
    if (leverage < 1 || leverage > maxLeverage(rules)) throw refuseFutures.leverage(leverage);
    const settings = trader.settings(rules.symbol);
    const before = settings.leverage;
    const positions = trader.openPositions(rules.symbol);
    if (settings.isolated && leverage < before && positions.length > 0)
      throw refuseFutures.isolatedLeverage();
    const limit = maxNotional(rules, leverage);
    const mark = sources.mark(rules.symbol);
    if (positions.some((position) => notionalAt(position, mark) > limit)) throw refuseFutures.maxPosition();
    const freeBefore = accountMargin(sources, trader).free;
    settings.leverage = leverage;
    const { free } = accountMargin(sources, trader);
    if (free < 0n && free < freeBefore) {
      settings.leverage = before;
      throw refuseFutures.leverageTooSmall();
    }
    events.config({ trader, change: { symbol: rules.symbol, leverage }, time: now() });
    return limit;
  }

  /** @throws VenueError -4046 without a change, -4047 with open orders, -4048 with a position. */
  changeMarginType(trader: Trader, rules: FuturesRules, isolated: boolean): void {
    const settings = trader.settings(rules.symbol);
    if (settings.isolated === isolated) throw refuseFutures.sameMarginType();
    if (this.#hasOrders(trader, rules.symbol)) throw refuseFutures.marginTypeWithOrders();
    if (trader.openPositions(rules.symbol).length > 0) throw refuseFutures.marginTypeWithPosition();
    settings.isolated = isolated;
    this.parts.events.settings(trader);
  }

  /** @throws VenueError -4059 without a change, -4067 with open orders, -4068 with a position. */
  changePositionMode(trader: Trader, hedged: boolean): void {
    if (trader.hedged === hedged) throw refuseFutures.sameSideMode();
    if (this.#hasOrders(trader)) throw refuseFutures.sideModeWithOrders();
    if (trader.openPositions().length > 0) throw refuseFutures.sideModeWithPosition();
    trader.hedged = hedged;
    this.parts.events.settings(trader);
  }

  /**
   * Adds margin to an isolated position, or takes it away when `amount` is below zero.
   * @throws VenueError -4055 for nothing, -4054 without such a position, -4050 or -4051 when there is not enough.
   */
  changePositionMargin(trader: Trader, position: Position, amount: Units): void {
    const { sources, wallets } = this.parts;
    if (amount === 0n) throw refuseFutures.amountNotPositive();
    const { isolated } = trader.settings(position.rules.symbol);
    if (!isolated || position.steps === 0) throw refuseFutures.noPositionForMargin();
    if (amount > accountMargin(sources, trader).available) throw refuseFutures.crossBalance();
    const { initial, unrealised } = positionMargin(sources, trader, position);
    const loss = unrealised < 0n ? unrealised : 0n;
    if (amount < 0n && position.isolatedWallet + amount + loss < initial)
      throw refuseFutures.isolatedBalance();
    position.isolatedWallet += amount;
    wallets.tell(trader, 'MARGIN_TRANSFER', { positions: [position] });
  }

  #hasOrders(trader: Trader, symbol?: string): boolean {
    const { sources, hasAlgoOrders } = this.parts;
    return sources.openOrders(trader, symbol).length > 0 || hasAlgoOrders(trader, symbol);
  }
}
