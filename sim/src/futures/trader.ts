import type { Account } from '../account/accounts.js';
import type { Units } from '../venue/units.js';
import { emptyPosition, type Position, type PositionSide } from './position.js';
import { MARGIN_ASSET, type FuturesRules } from './rules.js';

const DEFAULT_LEVERAGE = 20;

/** What a trader has chosen for one contract. */
export interface SymbolSettings {
  leverage: number;
  isolated: boolean;
}

/** The futures side of an account: wallet, positions and settings. */
export class Trader {
  readonly #wallet = new Map<string, Units>([[MARGIN_ASSET, 0n]]);
  readonly #positions = new Map<string, Map<PositionSide, Position>>();
  readonly #settings = new Map<string, SymbolSettings>();
  /** Hedge mode: a long and a short position in the same contract. */
  hedged = false;
  updateTime: number;

  constructor(
    readonly account: Account,
    readonly makerRate: Units,
    readonly takerRate: Units,
    readonly openTime: number,
  ) {
    this.updateTime = openTime;
  }

  /** Wallet balance of an asset: transfers, realised profit, funding and commission; no open profit. */
  wallet(asset = MARGIN_ASSET): Units {
    return this.#wallet.get(asset) ?? 0n;
  }

  assets(): string[] {
    return [...this.#wallet.keys()];
  }

  /** Adds to the wallet, or takes from it when negative. A loss beyond the margin leaves it below zero. */
  book(amount: Units, asset = MARGIN_ASSET): void {
    this.#wallet.set(asset, this.wallet(asset) + amount);
  }

  settings(symbol: string): SymbolSettings {
    let settings = this.#settings.get(symbol);
    if (!settings) this.#settings.set(symbol, (settings = { leverage: DEFAULT_LEVERAGE, isolated: false }));
    return settings;
  }

  /** What was chosen, by symbol. */
  allSettings(): [string, SymbolSettings][] {
    return [...this.#settings];
  }

  /** A position, flat when it was never opened. */
  position(rules: FuturesRules, side: PositionSide): Position {
    let sides = this.#positions.get(rules.symbol);
    if (!sides) this.#positions.set(rules.symbol, (sides = new Map<PositionSide, Position>()));
    let position = sides.get(side);
    if (!position) sides.set(side, (position = emptyPosition(rules, side)));
    return position;
  }

  /** Positions of one contract, or of all, flat ones included. */
  positions(symbol?: string): Position[] {
    const found = symbol === undefined ? [...this.#positions.values()] : [this.#positions.get(symbol)];
    return found.flatMap((sides) => [...(sides?.values() ?? [])]);
  }

  openPositions(symbol?: string): Position[] {
    return this.positions(symbol).filter(({ steps }) => steps !== 0);
  }

  /** What is left of the wallet for cross positions and orders. */
  crossWallet(): Units {
    return this.positions().reduce((rest, { isolatedWallet }) => rest - isolatedWallet, this.wallet());
  }
}
