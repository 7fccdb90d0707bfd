import type { Clock } from '../clock.js';
import type { Units } from '../venue/units.js';
import type { AccountReason, FuturesEvents, Income, IncomeType } from './events.js';
import type { Position } from './position.js';
import { MARGIN_ASSET } from './rules.js';
import type { Trader } from './trader.js';

export interface Booking {
  type: IncomeType;
  symbol?: string;
  asset?: string;
  amount: Units;
  tradeId?: string;
}

/** Every change of a wallet passes here and leaves an income record. */
export class WalletBook {
  readonly #incomes = new Map<Trader, Income[]>();

  constructor(
    private readonly clock: Clock,
    private readonly events: FuturesEvents,
    public nextTranId: number,
  ) {}

  /** Adds to the wallet, or takes from it; amounts of zero leave no record. */
  book(trader: Trader, { type, symbol = '', asset = MARGIN_ASSET, amount, tradeId = '' }: Booking): void {
    if (amount === 0n) return;
    const time = this.clock.now();
    trader.book(amount, asset);
    trader.updateTime = time;
    const income = { trader, type, symbol, asset, amount, tradeId, tranId: this.nextTranId++, time };
    this.restore(income);
    this.events.income(income);
  }

  /** Adds an entry to the history alone, as of an earlier session. */
  restore(income: Income): void {
    const incomes = this.#incomes.get(income.trader);
    if (incomes) incomes.push(income);
    else this.#incomes.set(income.trader, [income]);
  }

  /** Money from or to the outside. */
  transfer(trader: Trader, asset: string, amount: Units): void {
    this.book(trader, { type: 'TRANSFER', asset, amount });
    this.tell(trader, amount > 0n ? 'DEPOSIT' : 'WITHDRAW', { change: amount, asset });
  }

  /** Tells that a wallet or positions changed. */
  tell(
    trader: Trader,
    reason: AccountReason,
    about: { change?: Units; asset?: string; positions?: readonly Position[] },
  ): void {
    const { change = 0n, asset = MARGIN_ASSET, positions = [] } = about;
    this.events.account({ trader, reason, change, asset, positions, time: this.clock.now() });
  }

  incomes(trader: Trader): readonly Income[] {
    return this.#incomes.get(trader) ?? [];
  }
}
