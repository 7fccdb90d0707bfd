import { dec, ZERO, type Decimal } from '../numbers/decimal.js';
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
  /** The same as doubles, for statistics; `quote` and `base` are the funds and what taker fills did to them. */
  readonly #doubles: { quote: number; base: number; unit: number; step: number; maker: number };
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
  /** Worth at any price as `cash + base · price`, until the next fill. */
  #worth: { cash: Decimal; base: Decimal } | null = null;

  constructor(setup: BacktestSetup, funds: StartFunds) {
    this.#setup = setup;
    this.#funds = funds;
    this.#unit = dec(setup.market.tickSize).times(setup.market.stepSize);
    this.#doubles = {
      quote: funds.quote.toNumber(),
      base: funds.base.toNumber(),
      unit: this.#unit.toNumber(),
      step: Number(setup.market.stepSize),
      maker: Number(setup.fees.maker),
    };
  }

  apply(log: FillLog, index: number): void {
    this.#worth = null;
    const steps = log.quantities[index] ?? 0;
    const sells = log.sells[index] === 1;
    this.#base.add(sells ? -steps : steps);
    const feeInBase = !sells && this.#setup.fees.currency === 'base';
    if (log.takers[index] === 1) {
      this.#applyTaker(log, index, steps, sells, feeInBase);
      return;
    }
    const notional = (log.prices[index] ?? 0) * steps;
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
    const feesInQuote = this.#takerFees.minus(this.#takerFeesInBase);
    this.#doubles.quote = this.#funds.quote.plus(this.#takerNet).minus(feesInQuote).toNumber();
    this.#doubles.base = this.#funds.base.minus(this.#takerBaseFee).toNumber();
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
    if (this.#worth === null) {
      const quote = this.quote();
      const cash = this.#setup.fees.currency === 'third' ? quote.minus(this.fees()) : quote;
      this.#worth = { cash, base: this.base() };
    }
    return this.#worth.cash.plus(this.#worth.base.times(mark));
  }

  /**
   * Doubles for statistics over many rows: equity at a price is `cash + base · price`. Which row was the worst is found
   * with them; what is printed is computed exactly.
   */
  approximate(): { cash: number; base: number } {
    const { quote, base, unit, step, maker } = this.#doubles;
    const feeTurnover = this.#turnover.approximate() - this.#turnoverInBase.approximate();
    return {
      cash: quote + unit * (this.#net.approximate() - maker * feeTurnover),
      base: base + step * (this.#base.approximate() - maker * this.#stepsInBase.approximate()),
    };
  }
}
