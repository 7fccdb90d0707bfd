import type { FillModel } from '@gridfleet/shared/domain/matching';
import type { Account, Accounts } from '../account/accounts.js';
import type { Clock } from '../clock.js';
import { IdSource } from '../venue/id-source.js';
import type { RateLimits, VenueLimits } from '../venue/limits.js';
import { toUnits } from '../venue/units.js';
import type { MarginSources } from './account-margin.js';
import { AlgoStore } from './algo-store.js';
import { AlgoTrading } from './algo-trading.js';
import { FuturesEvents } from './events.js';
import { Funding } from './funding.js';
import { futuresLimits } from './futures-limits.js';
import { FuturesMarket } from './futures-market.js';
import { Liquidation } from './liquidation.js';
import { ListenKeys } from './listen-keys.js';
import { isOpen, type FuturesOrder } from './order.js';
import { FuturesOrderStore } from './order-store.js';
import { OrderTimers } from './order-timers.js';
import { MARGIN_ASSET, type FuturesRules } from './rules.js';
import { TraderSettings } from './settings.js';
import { Settlement } from './settlement.js';
import { Trader } from './trader.js';
import { FuturesTrading } from './trading.js';
import { WalletBook } from './wallet-book.js';

const MINUTE = 60_000;
const CLIENT_ID_LENGTH = 22;

/** What may be set differently from the exchange. */
export interface FuturesTuning {
  /** Time constant with which the mark price follows the middle of the book, ms. */
  markSmoothingMs: number;
  fundingRate: string;
  fundingIntervalMs: number;
  listenKeyLifeMs: number;
  weightPerMinute: number;
  ordersPer10s: number;
  ordersPerMinute: number;
}

/** Binance USDT-M's values; its mark price is smoothed in a way of its own. */
export const STANDARD_FUTURES_TUNING: FuturesTuning = {
  markSmoothingMs: 1000,
  fundingRate: '0.0001',
  fundingIntervalMs: 8 * 60 * MINUTE,
  listenKeyLifeMs: 60 * MINUTE,
  weightPerMinute: 2400,
  ordersPer10s: 300,
  ordersPerMinute: 1200,
};

export interface FuturesVenueOptions {
  name: string;
  clock: Clock;
  /** The accounts of the spot venue beside it: one key serves both. */
  accounts: Accounts;
  bans: Pick<VenueLimits, 'firstBan' | 'longestBan'>;
  listing: ReadonlyMap<string, FuturesRules>;
  firstId: number;
  /** First trade and update id of a contract, when it is above that. */
  firstIdOf?: (symbol: string) => number;
  seed?: number;
  fillModel?: FillModel;
  tuning?: Partial<FuturesTuning>;
}

/** One simulated USDT-M futures exchange: wallets, positions, contracts and orders. */
export class FuturesVenue {
  readonly name: string;
  readonly clock: Clock;
  readonly accounts: Accounts;
  readonly limits: RateLimits;
  readonly listing: ReadonlyMap<string, FuturesRules>;
  readonly ids: IdSource;
  readonly tuning: FuturesTuning;
  readonly events = new FuturesEvents();
  readonly store = new FuturesOrderStore();
  readonly algoStore = new AlgoStore();
  readonly wallets: WalletBook;
  readonly trading: FuturesTrading;
  readonly algos: AlgoTrading;
  readonly funding: Funding;
  readonly settings: TraderSettings;
  readonly timers: OrderTimers;
  readonly listenKeys: ListenKeys;
  readonly sources: MarginSources;
  readonly #liquidation: Liquidation;
  readonly #markets = new Map<string, FuturesMarket>();
  readonly #traders = new Map<Account, Trader>();

  constructor(private readonly options: FuturesVenueOptions) {
    const { name, clock, accounts, listing, firstId, seed } = options;
    this.name = name;
    this.clock = clock;
    this.accounts = accounts;
    this.listing = listing;
    this.ids = new IdSource(seed);
    this.tuning = { ...STANDARD_FUTURES_TUNING, ...options.tuning };
    this.limits = futuresLimits(clock, this.tuning, options.bans);
    this.sources = {
      mark: (symbol) => this.marketOf(symbol).mark.value,
      openOrders: (trader, symbol) => this.store.open(trader, symbol),
    };
    const now = (): number => clock.now();
    const marketOf = (symbol: string): FuturesMarket => this.marketOf(symbol);
    const { store, events, sources, algoStore } = this;
    this.wallets = new WalletBook(clock, events, firstId);
    const settlement = new Settlement(store, this.wallets, events);
    this.trading = new FuturesTrading({ clock, store, settlement, events, sources, marketOf }, firstId);
    this.algos = new AlgoTrading(
      {
        now,
        store: algoStore,
        trading: this.trading,
        events,
        newClientId: () => this.newClientOrderId(),
        isTaken: (trader, symbol, id) => {
          const order = store.byClientId(trader, symbol, id);
          return order !== undefined && isOpen(order);
        },
      },
      firstId,
    );
    this.funding = new Funding(this.wallets, () => this.#traders.values());
    this.settings = new TraderSettings({
      now,
      sources,
      events,
      wallets: this.wallets,
      hasAlgoOrders: (trader, symbol) => algoStore.open(trader, symbol).length > 0,
    });
    this.timers = new OrderTimers({
      cancelAll: (trader, symbol) => this.cancelAll(trader, symbol),
      expire: (order) => this.trading.expire(this.marketOf(order.rules.symbol), order),
    });
    this.listenKeys = new ListenKeys(this.ids, this.tuning.listenKeyLifeMs);
    this.#liquidation = new Liquidation({
      now,
      sources,
      trading: this.trading,
      settlement,
      events,
      marketOf,
      onLiquidated: (market, order) => this.onLiquidated(market, order),
    });
    events.add({
      order: ({ order, execution }) => {
        if (execution !== 'NEW') return;
        this.limits.addOrder(order.trader.account.apiKey);
        this.timers.watch(order);
      },
    });
  }

  /** Told of every contract that gets a market from now on. */
  onMarket: (market: FuturesMarket) => void = () => undefined;
  /** Told of every liquidation order. */
  onLiquidated: (market: FuturesMarket, order: FuturesOrder) => void = () => undefined;

  /** The market of a listed contract; one without data begins with an empty book. */
  market(symbol: string): FuturesMarket | undefined {
    const rules = this.listing.get(symbol);
    return this.#markets.get(symbol) ?? (rules && this.#open(rules));
  }

  /** The market of a contract, when it has been asked for. */
  opened(symbol: string): FuturesMarket | undefined {
    return this.#markets.get(symbol);
  }

  /** @throws Error for a contract that is not listed; callers have checked it before. */
  marketOf(symbol: string): FuturesMarket {
    const market = this.market(symbol);
    if (!market) throw new Error(`${this.name} has no contract ${symbol}`);
    return market;
  }

  markets(): FuturesMarket[] {
    return [...this.#markets.values()];
  }

  /** The futures side of an account, opened with its terms when it is first used. */
  trader(account: Account): Trader {
    const found = this.#traders.get(account);
    if (found) return found;
    const { makerRate, takerRate, wallet } = account.futures;
    const trader = new Trader(account, toUnits(makerRate), toUnits(takerRate), this.clock.now());
    this.#traders.set(account, trader);
    this.wallets.transfer(trader, MARGIN_ASSET, toUnits(wallet));
    return trader;
  }

  /** Takes back the futures side of an account from an earlier session. */
  restoreTrader(trader: Trader): void {
    this.#traders.set(trader.account, trader);
  }

  traders(): Trader[] {
    return this.accounts.all().map((account) => this.trader(account));
  }

  newClientOrderId(): string {
    return this.ids.text(CLIENT_ID_LENGTH);
  }

  cancelAll(trader: Trader, symbol: string): void {
    const market = this.marketOf(symbol);
    for (const order of this.store.open(trader, symbol)) this.trading.cancel(market, order);
  }

  /** After prices moved: what they triggered, and positions without enough margin. */
  settle(): void {
    for (const market of this.#markets.values()) this.algos.check(market);
    for (const trader of this.#traders.values()) {
      if (trader.openPositions().length > 0) this.#liquidation.check(trader);
    }
    this.algos.finish();
  }

  /** What happens by time. */
  tick(): void {
    const now = this.clock.now();
    for (const market of this.#markets.values()) market.tick(now);
    this.funding.tick(this.markets(), now);
    this.timers.tick(now);
    this.listenKeys.tick(now);
    this.settle();
  }

  #open(rules: FuturesRules): FuturesMarket {
    const { clock, firstIdOf, fillModel } = this.options;
    const firstId = Math.max(this.options.firstId, firstIdOf?.(rules.symbol) ?? 0);
    const { fundingRate, fundingIntervalMs, markSmoothingMs } = this.tuning;
    const funding = { rate: readRate(fundingRate), intervalMs: fundingIntervalMs };
    const market = new FuturesMarket(rules, clock, firstId, funding, markSmoothingMs, fillModel);
    this.trading.attach(market);
    this.#markets.set(rules.symbol, market);
    this.onMarket(market);
    return market;
  }
}

/** A signed decimal fraction. */
export function readRate(text: string): bigint {
  return text.startsWith('-') ? -toUnits(text.slice(1)) : toUnits(text);
}
