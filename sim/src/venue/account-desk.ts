import type { Account } from '../account/accounts.js';
import type { SpotMarket } from '../market/spot-market.js';
import { readTicket } from './order-entry.js';
import type { SpotOrder } from './order.js';
import { Params } from './params.js';
import type { SpotVenue } from './spot-venue.js';
import type { Placed } from './trading.js';
import { toUnits } from './units.js';

/** What an account's owner does by hand, past the API: no signature, no limits, the same rules. */
export class AccountDesk {
  constructor(private readonly venue: SpotVenue) {}

  /** @throws RangeError when there is no such account. */
  account(apiKey: string | undefined): Account {
    const account = this.venue.accounts.get(apiKey ?? '');
    if (!account)
      throw new RangeError(`no account of ${this.venue.name} has apiKey ${apiKey ?? '(none given)'}`);
    return account;
  }

  /** @throws RangeError when there is no such symbol. */
  market(symbol: string | undefined): SpotMarket {
    const market = this.venue.market(symbol ?? '');
    if (!market) throw new RangeError(`${this.venue.name} has no symbol ${symbol ?? '(none given)'}`);
    return market;
  }

  /** @throws VenueError as the API would refuse it. */
  place(account: Account, market: SpotMarket, order: Record<string, string>): Placed {
    const ticket = readTicket(new Params(Object.entries(order)), market.rules, () =>
      this.venue.newClientOrderId(),
    );
    return this.venue.trading.place(account, market, ticket);
  }

  /** Cancels the order named, or all of a symbol, or all. @throws RangeError when none is open. */
  cancel(account: Account, symbol: string | undefined, clientOrderId?: string): SpotOrder[] {
    const found = this.venue.store
      .allOpen(account)
      .filter((order) => symbol === undefined || order.rules.symbol === symbol)
      .filter((order) => clientOrderId === undefined || order.clientOrderId === clientOrderId);
    if (found.length === 0) throw new RangeError(`account ${account.apiKey} has no such open order`);
    for (const order of found) {
      this.venue.trading.cancel(this.venue.marketOf(order.rules), order, this.venue.newClientOrderId());
    }
    return found;
  }

  deposit(account: Account, asset: string, amount: string): void {
    this.venue.trading.deposit(account, asset, toUnits(amount));
  }

  /** Takes out an amount, or all that is free. @throws RangeError when less is free. */
  withdraw(account: Account, asset: string, amount?: string): void {
    const { free } = account.balances.get(asset);
    const units = amount === undefined ? free : toUnits(amount);
    if (units > free) throw new RangeError(`account ${account.apiKey} has less than ${amount} ${asset} free`);
    this.venue.trading.deposit(account, asset, -units);
  }
}
