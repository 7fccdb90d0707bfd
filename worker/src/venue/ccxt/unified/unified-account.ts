import type { Market as CcxtMarket, Order } from 'ccxt';
import { dec, decStr, type DecimalString } from '@gridfleet/shared/domain';
import type {
  AccountBalance,
  CancelOutcome,
  OrderLookup,
  OrderReport,
  PlaceOutcome,
  PlaceRequest,
  PrivateListener,
  SendGuard,
  VenueAccount,
  VenueFill,
} from '../../venue.js';
import type { VenueFutures } from '../../venue-futures.js';
import { Circuits } from '../../circuits.js';
import type { StreamTimes } from '../../stream/supervised-stream.js';
import { guarded } from './send-context.js';
import type { UnifiedErrors } from './load-exchange.js';
import { OrderFinder } from './order-finder.js';
import { UnifiedCalls, unnamed } from './unified-calls.js';
import type { UnifiedClient } from './unified-client.js';
import { contractSize, textOf, unifiedOrder, unifiedTrade } from './unified-convert.js';
import { orderParams } from './order-params.js';
import { UnifiedFutures } from './unified-futures.js';
import { watchOrders } from './unified-streams.js';

/** Trades asked for at a time; an exchange that gives fewer is asked until nothing new comes. */
const PAGE = 100;
/** Pages after which an answer is taken for endless. */
const MOST_PAGES = 1_000;

/** Any exchange of ccxt behind the VenueAccount port, by its unified calls alone. */
export class UnifiedAccount implements VenueAccount {
  /** Nothing is known about how long such an exchange accepts a request. */
  readonly neverExpires = true;
  readonly futures?: VenueFutures;
  readonly #client: UnifiedClient;
  readonly #calls: UnifiedCalls;
  readonly #finder: OrderFinder;
  readonly #streamClient: () => UnifiedClient;
  readonly #times: Partial<StreamTimes>;
  readonly #circuits = new Circuits();

  /** @param streamClient makes a fresh instance with the account's keys, for one life of the private stream */
  constructor(
    client: UnifiedClient,
    errors: UnifiedErrors,
    streamClient: () => UnifiedClient,
    times: Partial<StreamTimes> = {},
  ) {
    this.#client = client;
    this.#calls = new UnifiedCalls(client, errors);
    this.#finder = new OrderFinder(client, this.#calls);
    this.#streamClient = streamClient;
    this.#times = times;
    if (client.has.swap === true) this.futures = new UnifiedFutures(client, this.#calls);
  }

  async balances(): Promise<AccountBalance[]> {
    const found = await this.#calls.ask('fetchBalance', () => this.#client.fetchBalance());
    const free = (found.free ?? {}) as unknown as Record<string, unknown>;
    const used = (found.used ?? {}) as unknown as Record<string, unknown>;
    return Object.keys(free)
      .map((asset) => ({
        asset,
        free: textOf(free[asset] ?? '0', 'free balance'),
        locked: textOf(used[asset] ?? '0', 'locked balance'),
      }))
      .filter(({ free: left, locked }) => !dec(left).isZero() || !dec(locked).isZero());
  }

  async feeRates(symbol: string): Promise<{ maker: DecimalString; taker: DecimalString }> {
    const own = this.#calls.can('fetchTradingFee')
      ? await this.#calls.ask('fetchTradingFee', () => this.#client.fetchTradingFee(symbol))
      : null;
    // Without a word on the account's own rates, those that ccxt knows of the market.
    const { maker, taker } = own ?? this.#market(symbol);
    return { maker: textOf(maker, 'maker rate'), taker: textOf(taker, 'taker rate') };
  }

  async place(request: PlaceRequest, guard: SendGuard): Promise<PlaceOutcome> {
    const { symbol } = request.market;
    const open = this.#circuits.check(symbol, request.side);
    if (open !== null) {
      const message = `Held back after repeated refusals (${open.reason.code}): ${open.reason.message}`;
      return {
        phase: 'not-sent',
        reason: { code: 'CIRCUIT_OPEN', message },
        retryAt: Date.now() + open.retryInMs,
      };
    }
    const outcome = await this.#tryPlace(request, guard);
    if (outcome.phase === 'accepted') this.#circuits.accepted(symbol, request.side);
    if (outcome.phase === 'rejected') this.#circuits.refused(symbol, request.side, outcome.reason);
    return outcome;
  }

  async #tryPlace(request: PlaceRequest, guard: SendGuard): Promise<PlaceOutcome> {
    const { market, type, side, price, clientOrderId } = request;
    const size = this.#size(market.symbol);
    const amount = decStr(dec(request.quantity).div(size));
    const { sent, result } = guarded(guard, () =>
      this.#client.createOrder(
        market.symbol,
        type,
        side,
        asNumber(amount),
        price === null ? undefined : asNumber(price),
        orderParams(request),
      ),
    );
    try {
      const order = await result;
      const { id } = order;
      // Placed, and nobody can say under which id: it is looked up by its name.
      if (id === undefined || id === '') return unnamed();
      this.#finder.remember(market.symbol, clientOrderId, id);
      return { phase: 'accepted', report: reportOf(order, request, size) };
    } catch (error) {
      return this.#calls.failedPlace(error, sent());
    }
  }

  async cancel(market: string, clientOrderId: string): Promise<CancelOutcome> {
    try {
      const known = await this.#finder.find(market, clientOrderId);
      if (known === null || !isLive(known)) return { phase: 'gone' };
      await this.#calls.ask('cancelOrder', () =>
        this.#client.cancelOrder(known.exchangeOrderId, market, { clientOrderId }),
      );
      const after = await this.#finder.find(market, clientOrderId);
      if (after !== null && !isLive(after)) return { phase: 'canceled', report: after };
      const message = 'The exchange took the cancel and still shows the order as open.';
      return { phase: 'ambiguous', reason: { code: 'VENUE_UNAVAILABLE', message } };
    } catch (error) {
      const failure = this.#calls.explain(error);
      if (failure.kind === 'unknown-order') return { phase: 'gone' };
      const { code, message, phase } = failure;
      return { phase: phase === 'not-sent' ? 'not-sent' : 'ambiguous', reason: { code, message } };
    }
  }

  async order(market: string, clientOrderId: string): Promise<OrderLookup> {
    const report = await this.#finder.find(market, clientOrderId);
    return report === null ? { found: false } : { found: true, report };
  }

  openOrders(market: string): Promise<OrderReport[]> {
    return this.#finder.open(market);
  }

  async tradesSince(market: string, since: number): Promise<VenueFill[]> {
    const fills = new Map<string, VenueFill>();
    let from = since;
    for (let page = 0; page < MOST_PAGES; page++) {
      const trades = await this.#trades(market, from);
      const fresh = trades.filter(({ tradeId }) => !fills.has(tradeId));
      for (const fill of trades) fills.set(fill.tradeId, fill);
      const last = trades.at(-1);
      if (fresh.length === 0 || last === undefined) break;
      from = last.time;
    }
    return [...fills.values()].filter((fill) => fill.time >= since).sort((a, b) => a.time - b.time);
  }

  async orderTrades(market: string, exchangeOrderId: string): Promise<VenueFill[]> {
    try {
      const trades = await this.#calls.ask('fetchOrderTrades', () =>
        this.#client.fetchOrderTrades(exchangeOrderId, market),
      );
      return trades.map((trade) => unifiedTrade(trade, market, this.#size(market)));
    } catch (error) {
      // Some classes have the call for some of their markets only.
      if (this.#calls.explain(error).code !== 'VENUE_CANNOT') throw error;
    }
    const recent = await this.#trades(market, undefined);
    return recent.filter((fill) => fill.exchangeOrderId === exchangeOrderId);
  }

  async watchPrivate(listener: PrivateListener, signal: AbortSignal): Promise<void> {
    const link = { client: this.#streamClient, calls: this.#calls, times: this.#times };
    await watchOrders(link, listener, (symbol) => this.#size(symbol), signal);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #trades(market: string, since: number | undefined): Promise<VenueFill[]> {
    const trades = await this.#calls.ask('fetchMyTrades', () =>
      this.#client.fetchMyTrades(market, since, PAGE),
    );
    return trades
      .map((trade) => unifiedTrade(trade, market, this.#size(market)))
      .sort((a, b) => a.time - b.time);
  }

  #market(symbol: string): NonNullable<CcxtMarket> {
    return this.#client.market(symbol);
  }

  #size(symbol: string): DecimalString {
    return contractSize(this.#market(symbol));
  }
}

function isLive({ state }: OrderReport): boolean {
  return state === 'open' || state === 'partially-filled';
}

/** Many exchanges answer a placement with nothing but an id. */
function reportOf(order: Order, request: PlaceRequest, size: DecimalString): OrderReport {
  const { market, clientOrderId, side, price, quantity } = request;
  const isWhole = order.status !== undefined && order.amount !== undefined && order.filled !== undefined;
  if (isWhole) return { ...unifiedOrder(order, market.symbol, size), clientOrderId };
  return {
    market: market.symbol,
    clientOrderId,
    exchangeOrderId: order.id ?? '',
    side,
    state: 'open',
    price,
    quantity,
    filledQuantity: '0',
    createdAt: null,
    fill: null,
    refusal: null,
  };
}

/** ccxt declares amounts as numbers but formats text exactly. */
function asNumber(value: DecimalString): number {
  return value as unknown as number;
}
