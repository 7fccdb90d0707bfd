import { Decimal, dec, ZERO } from '../numbers/decimal.js';
import { at } from './candles.js';
import { ExactSum } from './exact-sum.js';
import type { FillLog } from './fill-log.js';
import type { BacktestSetup } from './setup.js';

/** Funds a run begins with. */
export interface StartFunds {
  quote: Decimal;
  base: Decimal;
}

/** Balances and fees as fills are booked, exact: whole ticks × steps are summed, rates are applied once to the sums. */
export class Books {
  readonly #setup: BacktestSetup;
  readonly #funds: StartFunds;
  /** Quote of one tick × one step. */
  readonly #unit: Decimal;
  readonly #net = new ExactSum();
  readonly #base = new ExactSum();
  readonly #turnover = new ExactSum();
  /** The part of the turnover whose fee came out of base, and the steps it was taken from. */
  readonly #turnoverInBase = new ExactSum();
  readonly #stepsInBase = new ExactSum();
  #takerNet = ZERO;
  #takerFees = ZERO;
  #takerFeesInBase = ZERO;
  #takerBaseFee = ZERO;

  constructor(setup: BacktestSetup, funds: StartFunds) {
    this.#setup = setup;
    this.#funds = funds;
    this.#unit = dec(setup.market.tickSize).times(setup.market.stepSize);
  }

  apply(log: FillLog, index: number): void {
    const steps = at(log.quantities, index);
    const sells = log.sells[index] === 1;
    this.#base.add(sells ? -steps : steps);
    const feeInBase = !sells && this.#setup.fees.currency === 'base';
    if (log.takers[index] === 1) {
      this.#applyTaker(log, index, steps, sells, feeInBase);
      return;
    }
    const notional = at(log.prices, index) * steps;
    this.#net.add(sells ? notional : -notional);
    this.#turnover.add(notional);
    if (feeInBase) {
      this.#turnoverInBase.add(notional);
      this.#stepsInBase.add(steps);
    }
  }

  #applyTaker(log: FillLog, index: number, steps: number, sells: boolean, feeInBase: boolean): void {
    const { market, fees } = this.#setup;
    const price = log.exactPrices.get(index) ?? dec(market.tickSize).times(at(log.prices, index));
    const quantity = dec(market.stepSize).times(steps);
    const notional = price.times(quantity);
    const fee = notional.times(fees.taker);
    this.#takerNet = sells ? this.#takerNet.plus(notional) : this.#takerNet.minus(notional);
    this.#takerFees = this.#takerFees.plus(fee);
    if (feeInBase) {
      this.#takerFeesInBase = this.#takerFeesInBase.plus(fee);
      this.#takerBaseFee = this.#takerBaseFee.plus(quantity.times(fees.taker));
    }
  }

  /** All fees, valued in quote when they were paid. */
  fees(): Decimal {
    return this.#turnover.exact().times(this.#unit).times(this.#setup.fees.maker).plus(this.#takerFees);
  }

  /** Third-coin fees leave no balance here; they count in equity. */
  quote(): Decimal {
    const traded = this.#funds.quote.plus(this.#net.exact().times(this.#unit)).plus(this.#takerNet);
    if (this.#setup.fees.currency === 'third') return traded;
    const inBase = this.#turnoverInBase.exact().times(this.#unit).times(this.#setup.fees.maker);
    return traded.minus(this.fees()).plus(inBase).plus(this.#takerFeesInBase);
  }

  base(): Decimal {
    const { market, fees } = this.#setup;
    const feeInBase = this.#stepsInBase.exact().times(market.stepSize).times(fees.maker);
    return this.#funds.base
      .plus(this.#base.exact().times(market.stepSize))
      .minus(feeInBase)
      .minus(this.#takerBaseFee);
  }

  /** Worth of both balances at a price in quote, less third-coin fees. */
  equity(mark: Decimal): Decimal {
    const worth = this.quote().plus(this.base().times(mark));
    return this.#setup.fees.currency === 'third' ? worth.minus(this.fees()) : worth;
  }

  /**
   * Doubles for statistics over many rows: equity at a price is `cash + base · price`. Which row was the worst is found
   * with them; what is printed is computed exactly.
   */
  approximate(): { cash: number; base: number } {
    const { fees, market } = this.#setup;
    const unit = this.#unit.toNumber();
    const maker = Number(fees.maker);
    const step = Number(market.stepSize);
    const feesInQuote =
      maker * unit * (this.#turnover.approximate() - this.#turnoverInBase.approximate()) +
      this.#takerFees.toNumber() -
      this.#takerFeesInBase.toNumber();
    return {
      cash:
        this.#funds.quote.toNumber() +
        unit * this.#net.approximate() +
        this.#takerNet.toNumber() -
        feesInQuote,
      base:
        this.#funds.base.toNumber() +
        step * (this.#base.approximate() - maker * this.#stepsInBase.approximate()) -
        this.#takerBaseFee.toNumber(),
    };
  }
}
