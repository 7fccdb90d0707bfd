import type { DecimalString } from '@gridfleet/shared/domain';
import { decStr, dec } from '@gridfleet/shared/domain';
import type {
  AccountBalance,
  CancelOutcome,
  KeyPermissions,
  OrderLookup,
  OrderReport,
  PlaceOutcome,
  PlaceRequest,
  PrivateListener,
  SendGuard,
  VenueAccount,
  VenueFill,
} from '../venue.js';
import type { VenueFutures } from '../venue-futures.js';
import { Circuits } from '../circuits.js';
import type { ClockWatch } from '../clock-watch.js';
import { SupervisedStream, type StreamTimes } from '../stream/supervised-stream.js';
import { BinanceCalls } from './binance-calls.js';
import type { HookedBinance } from './hooked-binance.js';
import { PLACE_RECV_WINDOW_MS } from './send-guard.js';
import { unreadable } from './binance-convert.js';
import type { BinanceProduct, Raw } from './binance-product.js';
import { SPOT } from './binance-spot.js';
import { LinearFutures } from './linear-futures.js';
import type { CcxtErrors } from './load-ccxt.js';
import { privateLink } from './private-link.js';
import { PAGE, tradesSince } from './trade-pages.js';

/** A private stream without any event for this long is replaced: reconciliation would have told of missed trades. */
const EVENTLESS_MS = 15 * 60_000;

/** Binance behind the VenueAccount port. Raw fields are read as text, so money stays exact. */
export class BinanceAccount implements VenueAccount {
  readonly futures?: VenueFutures;
  readonly #client: HookedBinance;
  readonly #calls: BinanceCalls;
  readonly #clock: ClockWatch;
  readonly #streamClient: () => HookedBinance;
  readonly #times: Partial<StreamTimes>;
  readonly #product: BinanceProduct;
  readonly #circuits = new Circuits();

  /** @param streamClient makes a fresh instance with the account's keys, for one life of the private stream */
  constructor(
    client: HookedBinance,
    errors: CcxtErrors,
    clock: ClockWatch,
    streamClient: () => HookedBinance,
    times: Partial<StreamTimes> = {},
    product: BinanceProduct = SPOT,
  ) {
    this.#client = client;
    this.#calls = new BinanceCalls(errors, clock, product.api);
    this.#clock = clock;
    this.#streamClient = streamClient;
    this.#times = times;
    this.#product = product;
    if (product.api === 'linear') this.futures = new LinearFutures(client, this.#calls);
  }

  balances(): Promise<AccountBalance[]> {
    return this.#calls.ask(() => this.#product.balances(this.#client));
  }

  /** GET /sapi/v1/account/apiRestrictions; the exchange's test systems do not have it. */
  async permissions(): Promise<KeyPermissions> {
    const answer = (await this.#calls.ask(() => this.#client.sapiGetAccountApiRestrictions())) as Raw;
    // Whether a stolen key could empty the account is never guessed.
    if (typeof answer.enableWithdrawals !== 'boolean') throw unreadable('restrictions of the key');
    const is = (name: string): boolean => String(answer[name]) === 'true';
    return {
      canRead: is('enableReading'),
      canTrade: is('enableSpotAndMarginTrading'),
      canWithdraw: is('enableWithdrawals'),
      canTradeContracts: is('enableFutures'),
      isAddressBound: is('ipRestrict'),
    };
  }

  async feeRates(symbol: string): Promise<{ maker: DecimalString; taker: DecimalString }> {
    const id = String(this.#client.marketId(symbol));
    const { maker, taker } = await this.#calls.ask(() => this.#product.feeRates(this.#client, id));
    return { maker: decStr(dec(String(maker))), taker: decStr(dec(String(taker))) };
  }

  async place(request: PlaceRequest, guard: SendGuard): Promise<PlaceOutcome> {
    const { symbol } = request.market;
    const open = this.#circuits.check(symbol, request.side);
    if (open !== null) {
      return {
        phase: 'not-sent',
        reason: {
          code: 'CIRCUIT_OPEN',
          message: `Held back after repeated refusals (${open.reason.code}): ${open.reason.message}`,
        },
        retryAt: Date.now() + open.retryInMs,
      };
    }
    const outcome = await this.#calls.place(() => this.#tryPlace(request, guard));
    if (outcome.phase === 'accepted') this.#circuits.accepted(symbol, request.side);
    if (outcome.phase === 'rejected') this.#circuits.refused(symbol, request.side, outcome.reason);
    return outcome;
  }

  async #tryPlace(request: PlaceRequest, guard: SendGuard): Promise<PlaceOutcome> {
    const { sent, result } = this.#client.placements.run(request.clientOrderId, guard, () =>
      this.#client.createOrder(
        request.market.symbol,
        request.type,
        request.side,
        asText(request.quantity),
        request.price === null ? undefined : asText(request.price),
        {
          clientOrderId: request.clientOrderId,
          recvWindow: PLACE_RECV_WINDOW_MS,
          ...this.#product.orderParams(request),
        },
      ),
    );
    try {
      const order = await result;
      return { phase: 'accepted', report: this.#product.order(order.info, request.market.symbol) };
    } catch (error) {
      return this.#calls.failedPlace(error, sent());
    }
  }

  async cancel(market: string, clientOrderId: string): Promise<CancelOutcome> {
    try {
      const order = await this.#calls.ask(() =>
        this.#client.cancelOrder(undefined as unknown as string, market, { clientOrderId }),
      );
      return { phase: 'canceled', report: this.#product.order((order as { info: unknown }).info, market) };
    } catch (error) {
      return this.#calls.failedCancel(error);
    }
  }

  async order(market: string, clientOrderId: string): Promise<OrderLookup> {
    try {
      const order = await this.#calls.ask(() =>
        this.#client.fetchOrder(undefined as unknown as string, market, { clientOrderId }),
      );
      return { found: true, report: this.#product.order((order as { info: unknown }).info, market) };
    } catch (error) {
      const failure = this.#calls.explain(error);
      if (failure.kind === 'unknown-order') return { found: false };
      throw failure;
    }
  }

  async openOrders(market: string): Promise<OrderReport[]> {
    const symbol = String(this.#client.marketId(market));
    // Raw: each look reads them, and ccxt's own form of an order is made for nobody.
    const orders = await this.#calls.ask(() => this.#product.openOrders(this.#client, { symbol }));
    if (!Array.isArray(orders)) throw unreadable('open orders');
    return orders.map((order) => this.#product.order(order, market));
  }

  async tradesSince(market: string, since: number): Promise<VenueFill[]> {
    const ask = (params: Raw): Promise<VenueFill[]> => this.#trades(market, params);
    return tradesSince(ask, since, this.#product.tradeWindowMs, this.#clock.now());
  }

  async orderTrades(market: string, exchangeOrderId: string): Promise<VenueFill[]> {
    return this.#trades(market, { orderId: exchangeOrderId, limit: PAGE });
  }

  async watchPrivate(listener: PrivateListener, signal: AbortSignal): Promise<void> {
    const stream = new SupervisedStream(
      () => privateLink(this.#streamClient(), this.#product, this.#calls, listener),
      {
        onOpen: (missed) => {
          if (missed) listener.onGap('private stream opened');
        },
        onLost: (reason) => listener.onGap(`private stream lost: ${reason}`),
      },
      { eventlessMs: EVENTLESS_MS, ...this.#times },
    );
    await stream.run(signal);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #trades(market: string, params: Raw): Promise<VenueFill[]> {
    const symbol = this.#client.marketId(market);
    const answer = await this.#calls.ask(() => this.#product.myTrades(this.#client, { symbol, ...params }));
    if (!Array.isArray(answer)) throw unreadable('trades');
    return answer
      .map((raw: unknown) => this.#product.trade(raw, market))
      .sort((a, b) => a.time - b.time || Number(BigInt(a.tradeId) - BigInt(b.tradeId)));
  }
}

/** ccxt declares amounts as numbers but formats text exactly; this is the only place where the two meet. */
function asText(value: DecimalString): number {
  return value as unknown as number;
}
