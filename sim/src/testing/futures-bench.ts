import { Accounts } from '../account/accounts.js';
import type { FuturesMarket } from '../futures/futures-market.js';
import { FuturesVenue, type FuturesTuning } from '../futures/futures-venue.js';
import { FuturesLedger } from '../futures/ledger.js';
import { checkTrader, type FuturesViolation } from '../futures/ledger-checks.js';
import { readFuturesTicket } from '../futures/order-entry.js';
import type { FuturesOrder } from '../futures/order.js';
import { loadFuturesRules } from '../futures/rules.js';
import type { Trader } from '../futures/trader.js';
import { STANDARD_LIMITS } from '../venue/limits.js';
import { Params } from '../venue/params.js';
import { priceUnits } from '../venue/rules.js';

const START = 1_700_000_000_000;

/** A futures venue without server: one BTCUSDT book that is set by hand, a clock that is set by hand, and traders. */
export class FuturesBench {
  readonly venue: FuturesVenue;
  readonly market: FuturesMarket;
  readonly ledger = new FuturesLedger();
  readonly #accounts = new Accounts();
  now = START;

  /** @param wallets USDT of each trader, by name. */
  constructor(wallets: Record<string, string>, tuning: Partial<FuturesTuning> = {}) {
    for (const [apiKey, wallet] of Object.entries(wallets)) {
      this.#accounts.open(
        {
          apiKey,
          apiSecret: 'secret',
          makerRate: '0',
          takerRate: '0',
          futures: { wallet, makerRate: '0.0002', takerRate: '0.0005' },
        },
        START,
      );
    }
    this.venue = new FuturesVenue({
      name: 'test',
      clock: { now: () => this.now },
      accounts: this.#accounts,
      bans: STANDARD_LIMITS,
      listing: loadFuturesRules(),
      firstId: 1,
      seed: 1,
      tuning: { markSmoothingMs: 0, ...tuning },
    });
    this.venue.events.add(this.ledger);
    this.market = this.venue.marketOf('BTCUSDT');
    this.price(60_000);
  }

  trader(name: string): Trader {
    const account = this.#accounts.get(name);
    if (!account) throw new Error(`no trader ${name}`);
    return this.venue.trader(account);
  }

  /** Moves the outside book to a whole price: 100 BTC bid there, 100 BTC asked one tick above. */
  price(price: number): void {
    const ticks = price * 10;
    this.market.book.reset({ bids: [[ticks, 100_000]], asks: [[ticks + 1, 100_000]] });
    this.market.mark.fix(priceUnits(this.market.rules, ticks));
    this.venue.settle();
  }

  /** Sends an order with the fields of the API. @throws VenueError. */
  order(name: string, fields: Record<string, string>): FuturesOrder {
    const { venue, market } = this;
    const params = new Params(Object.entries(fields));
    const trader = this.trader(name);
    const ticket = readFuturesTicket(params, trader, market, this.now, () => venue.newClientOrderId());
    const order = venue.trading.place(trader, market, ticket);
    venue.settle();
    return order;
  }

  buy(name: string, quantity: string, fields: Record<string, string> = {}): FuturesOrder {
    return this.order(name, { side: 'BUY', type: 'MARKET', quantity, ...fields });
  }

  sell(name: string, quantity: string, fields: Record<string, string> = {}): FuturesOrder {
    return this.order(name, { side: 'SELL', type: 'MARKET', quantity, ...fields });
  }

  checks(): FuturesViolation[] {
    return this.venue
      .traders()
      .flatMap((trader) => checkTrader(trader, this.ledger.records(trader.account.apiKey)));
  }
}
