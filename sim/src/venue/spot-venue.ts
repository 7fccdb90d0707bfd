import type { FillModel } from '@gridfleet/shared/domain/matching';
import { Accounts, type Account, type AccountSpec } from '../account/accounts.js';
import type { Clock } from '../clock.js';
import { SpotMarket } from '../market/spot-market.js';
import { VenueEvents, type OrderEvent } from './events.js';
import { IdSource } from './id-source.js';
import { RateLimits, type VenueLimits } from './limits.js';
import { MarketStates } from './market-states.js';
import { OrderStore } from './order-store.js';
import type { SymbolRules } from './rules.js';
import { SpotTrading } from './trading.js';
import { toUnits } from './units.js';

export interface SpotVenueOptions {
  /** The venue's name, as ccxt knows it. */
  name: string;
  clock: Clock;
  limits: VenueLimits;
  /** Every symbol listed; those without data get an empty book when they are first asked for. */
  listing: ReadonlyMap<string, SymbolRules>;
  /** First order, trade and update id; rises with wall time, so that a fresh venue repeats no id of an earlier one. */
  firstId: number;
  /** How resting orders fill. Default queue. */
  fillModel?: FillModel;
  seed?: number;
}

/** Generated ids have the length of Binance's own. */
const CLIENT_ID_LENGTH = 22;
/** Unfilled orders that an order's first fill gives back (Binance spot FAQ on unfilled order counts). */
const GIVEN_BACK = { maker: 5, taker: 1 };

/** One simulated spot exchange: its accounts, markets and orders. */
export class SpotVenue {
  readonly name: string;
  readonly clock: Clock;
  readonly accounts = new Accounts();
  readonly store = new OrderStore();
  readonly events = new VenueEvents();
  readonly states = new MarketStates();
  readonly listing: ReadonlyMap<string, SymbolRules>;
  readonly trading: SpotTrading;
  readonly limits: RateLimits;
  readonly ids: IdSource;
  readonly #markets = new Map<string, SpotMarket>();
  readonly #firstId: number;
  readonly #fillModel: FillModel | undefined;

  constructor(options: SpotVenueOptions) {
    this.name = options.name;
    this.clock = options.clock;
    this.limits = new RateLimits(options.clock, options.limits);
    this.ids = new IdSource(options.seed);
    this.#firstId = options.firstId;
    this.#fillModel = options.fillModel;
    this.listing = options.listing;
    this.trading = new SpotTrading(options.clock, this.store, this.events, this.states, options.firstId);
    this.events.add({ order: (event) => this.#countOrder(event) });
  }

  addMarket(rules: SymbolRules, firstId = this.#firstId): SpotMarket {
    const market = new SpotMarket(rules, this.clock, Math.max(firstId, this.#firstId), this.#fillModel);
    this.trading.attach(market);
    this.#markets.set(rules.symbol, market);
    this.onMarket(market);
    return market;
  }

  /** Told of every market added from now on. */
  onMarket: (market: SpotMarket) => void = () => undefined;

  /** The market of a listed symbol. */
  market(symbol: string): SpotMarket | undefined {
    if (!this.states.isListed(symbol)) return undefined;
    const market = this.#markets.get(symbol);
    const rules = this.listing.get(symbol);
    return market ?? (rules && this.addMarket(rules));
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

  #countOrder({ order, execution, fill }: OrderEvent): void {
    const { apiKey } = order.account;
    if (execution === 'NEW') this.limits.countOrder(apiKey);
    else if (fill && fill.quantity === order.executed) {
      this.limits.giveBack(apiKey, fill.maker ? GIVEN_BACK.maker : GIVEN_BACK.taker);
    }
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
