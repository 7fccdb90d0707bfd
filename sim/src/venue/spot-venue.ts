import { Accounts, type Account, type AccountSpec } from '../account/accounts.js';
import type { Clock } from '../clock.js';
import { SpotMarket } from '../market/spot-market.js';
import { VenueEvents } from './events.js';
import { IdSource } from './id-source.js';
import { RateLimits, type VenueLimits } from './limits.js';
import { OrderStore } from './order-store.js';
import type { SymbolRules } from './rules.js';
import { SpotTrading } from './trading.js';
import { toUnits } from './units.js';

export interface SpotVenueOptions {
  /** The venue's name, as ccxt knows it. */
  name: string;
  clock: Clock;
  limits: VenueLimits;
  /** First order, trade and update id; rises with wall time, so that a fresh venue repeats no id of an earlier one. */
  firstId: number;
  seed?: number;
}

/** Generated ids have the length of Binance's own. */
const CLIENT_ID_LENGTH = 22;

/** One simulated spot exchange: its accounts, markets and orders. */
export class SpotVenue {
  readonly name: string;
  readonly clock: Clock;
  readonly accounts = new Accounts();
  readonly store = new OrderStore();
  readonly events = new VenueEvents();
  readonly trading: SpotTrading;
  readonly limits: RateLimits;
  readonly ids: IdSource;
  readonly #markets = new Map<string, SpotMarket>();
  readonly #firstId: number;

  constructor(options: SpotVenueOptions) {
    this.name = options.name;
    this.clock = options.clock;
    this.limits = new RateLimits(options.clock, options.limits);
    this.ids = new IdSource(options.seed);
    this.#firstId = options.firstId;
    this.trading = new SpotTrading(options.clock, this.store, this.events, options.firstId);
  }

  addMarket(rules: SymbolRules, firstId = this.#firstId): SpotMarket {
    const market = new SpotMarket(rules, this.clock, Math.max(firstId, this.#firstId));
    this.trading.attach(market);
    this.#markets.set(rules.symbol, market);
    return market;
  }

  market(symbol: string): SpotMarket | undefined {
    return this.#markets.get(symbol);
  }

  /** @throws Error for a symbol without a market; callers have checked the symbol before. */
  marketOf(rules: SymbolRules): SpotMarket {
    const market = this.#markets.get(rules.symbol);
    if (!market) throw new Error(`${this.name} has no market ${rules.symbol}`);
    return market;
  }

  markets(): SpotMarket[] {
    return [...this.#markets.values()];
  }

  /** Opens an account and books its starting amounts. @throws RangeError on a bad specification, opening nothing. */
  openAccount(spec: AccountSpec): Account {
    const amounts = Object.entries(spec.balances).map(([asset, amount]) => [asset, toUnits(amount)] as const);
    const account = this.accounts.open(spec, this.clock.now());
    for (const [asset, amount] of amounts) this.trading.deposit(account, asset, amount, true);
    return account;
  }

  /** A client order id for a request that brought none. */
  newClientOrderId(): string {
    return this.ids.text(CLIENT_ID_LENGTH);
  }
}
