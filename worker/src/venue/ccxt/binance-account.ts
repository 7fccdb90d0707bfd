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
import { NotSentError, VenueError } from '../venue-error.js';
import { Circuits } from '../circuits.js';
import type { ClockWatch } from '../clock-watch.js';
import { SupervisedStream, type StreamLink, type StreamTimes } from '../stream/supervised-stream.js';
import { guarded, PLACE_RECV_WINDOW_MS, type HookedBinance } from './binance-client.js';
import { orderFromRest, orderFromStream, tradeFromRest } from './binance-convert.js';
import { toVenueError } from './errors.js';
import type { CcxtErrors } from './load-ccxt.js';
import { ccxtLink } from './stream-link.js';

/** Trades a page of `myTrades` holds at most. */
const PAGE = 1_000;
/** A private stream without any event for this long is replaced: reconciliation would have told of missed trades. */
const EVENTLESS_MS = 15 * 60_000;

type Raw = Record<string, unknown>;

/** Binance spot behind the VenueAccount port. Raw fields are read as text, so money stays exact. */
export class BinanceAccount implements VenueAccount {
  readonly #client: HookedBinance;
  readonly #errors: CcxtErrors;
  readonly #clock: ClockWatch;
  readonly #streamClient: () => HookedBinance;
  readonly #times: Partial<StreamTimes>;
  readonly #circuits = new Circuits();

  /** @param streamClient makes a fresh instance with the account's keys, for one life of the private stream */
  constructor(
    client: HookedBinance,
    errors: CcxtErrors,
    clock: ClockWatch,
    streamClient: () => HookedBinance,
    times: Partial<StreamTimes> = {},
  ) {
    this.#client = client;
    this.#errors = errors;
    this.#clock = clock;
    this.#streamClient = streamClient;
    this.#times = times;
  }

  async balances(): Promise<AccountBalance[]> {
    const answer = await this.#ask(() => this.#client.privateGetAccount({ omitZeroBalances: 'true' }));
    const rows = (answer as { balances?: unknown }).balances;
    if (!Array.isArray(rows)) throw unreadable('balances');
    return rows.map((row: Raw) => ({
      asset: String(row.asset),
      free: decStr(dec(String(row.free))),
      locked: decStr(dec(String(row.locked))),
    }));
  }

  async permissions(): Promise<KeyPermissions> {
    const answer = (await this.#ask(() => this.#client.sapiGetAccountApiRestrictions())) as Raw;
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
    const answer = (await this.#ask(() =>
      this.#client.privateGetAccountCommission({ symbol: this.#client.marketId(symbol) }),
    )) as Raw;
    const rates = answer.standardCommission as Raw | undefined;
    if (rates === undefined) throw unreadable('commission rates');
    return { maker: decStr(dec(String(rates.maker))), taker: decStr(dec(String(rates.taker))) };
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
    let outcome = await this.#tryPlace(request, guard);
    if (outcome.phase === 'rejected' && outcome.reason.code === 'CLOCK_OUT_OF_WINDOW') {
      // The exchange refused the time and therefore has not looked at the order: it may be sent once more.
      outcome = await this.#afterClockRefusal(outcome, () => this.#tryPlace(request, guard));
    }
    if (outcome.phase === 'accepted') this.#circuits.accepted(symbol, request.side);
    if (outcome.phase === 'rejected') this.#circuits.refused(symbol, request.side, outcome.reason);
    return outcome;
  }

  async #tryPlace(request: PlaceRequest, guard: SendGuard): Promise<PlaceOutcome> {
    const { sent, result } = await guarded(guard, () =>
      this.#client.createOrder(
        request.market.symbol,
        request.type,
        request.side,
        asText(request.quantity),
        request.price === null ? undefined : asText(request.price),
        {
          clientOrderId: request.clientOrderId,
          recvWindow: PLACE_RECV_WINDOW_MS,
          ...(request.type === 'limit' && request.postOnly ? { postOnly: true } : {}),
          ...(request.type === 'limit' && !request.postOnly ? { timeInForce: request.timeInForce } : {}),
        },
      ),
    );
    try {
      const order = await result;
      return { phase: 'accepted', report: orderFromRest(order.info, request.market.symbol) };
    } catch (error) {
      if (error instanceof NotSentError) {
        return {
          phase: 'not-sent',
          reason: { code: error.code, message: error.message },
          ...(error.retryAt === null ? {} : { retryAt: error.retryAt }),
        };
      }
      const failure = toVenueError(error, this.#errors);
      const reason = { code: failure.code, message: failure.message };
      // Refused by ccxt's own checks: it never left, and would not leave next time either.
      if (!sent()) return { phase: 'rejected', reason };
      return { phase: failure.phase === 'ambiguous' ? 'ambiguous' : 'rejected', reason };
    }
  }

  async #afterClockRefusal<T>(refused: T, again: () => Promise<T>): Promise<T> {
    try {
      await this.#clock.measure();
    } catch {
      // Without the exchange's time a second try would meet the same refusal.
      return refused;
    }
    return again();
  }

  async cancel(market: string, clientOrderId: string): Promise<CancelOutcome> {
    try {
      const order = await this.#ask(() =>
        this.#client.cancelOrder(undefined as unknown as string, market, { clientOrderId }),
      );
      return { phase: 'canceled', report: orderFromRest((order as { info: unknown }).info, market) };
    } catch (error) {
      const failure = toVenueError(error, this.#errors);
      const reason = { code: failure.code, message: failure.message };
      if (failure.kind === 'unknown-order') return { phase: 'gone' };
      return { phase: failure.phase === 'not-sent' ? 'not-sent' : 'ambiguous', reason };
    }
  }

  async order(market: string, clientOrderId: string): Promise<OrderLookup> {
    try {
      const order = await this.#ask(() =>
        this.#client.fetchOrder(undefined as unknown as string, market, { clientOrderId }),
      );
      return { found: true, report: orderFromRest((order as { info: unknown }).info, market) };
    } catch (error) {
      const failure = toVenueError(error, this.#errors);
      if (failure.kind === 'unknown-order') return { found: false };
      throw failure;
    }
  }

  async openOrders(market: string): Promise<OrderReport[]> {
    const orders = await this.#ask(() => this.#client.fetchOpenOrders(market));
    return (orders as { info: unknown }[]).map((order) => orderFromRest(order.info, market));
  }

  async tradesSince(market: string, since: number): Promise<VenueFill[]> {
    const fills = new Map<string, VenueFill>();
    let params: Raw = { startTime: since };
    for (;;) {
      const page = await this.#trades(market, { ...params, limit: PAGE });
      for (const fill of page) fills.set(fill.tradeId, fill);
      const last = page.at(-1);
      if (page.length < PAGE || last === undefined) break;
      params = { fromId: (BigInt(last.tradeId) + 1n).toString() };
    }
    return [...fills.values()].filter((fill) => fill.time >= since);
  }

  async orderTrades(market: string, exchangeOrderId: string): Promise<VenueFill[]> {
    return this.#trades(market, { orderId: exchangeOrderId, limit: PAGE });
  }

  async watchPrivate(listener: PrivateListener, signal: AbortSignal): Promise<void> {
    const stream = new SupervisedStream(
      () => this.#privateLink(listener),
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

  #privateLink(listener: PrivateListener): StreamLink {
    const client = this.#streamClient();
    client.onOrderEvent = (message) => {
      try {
        const market = client.safeSymbol(String(message.s), undefined, undefined, 'spot');
        listener.onReport(orderFromStream(message, market));
      } catch (error) {
        listener.onGap(`unreadable private event: ${toVenueError(error, this.#errors).message}`);
      }
    };
    return ccxtLink(client, {
      subscribe: (fresh) => fresh.watchOrders(),
      confirms: (message) =>
        (message.result as { subscriptionId?: unknown } | null | undefined)?.subscriptionId !== undefined,
      explain: (error) => toVenueError(error, this.#errors).code,
    });
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #trades(market: string, params: Raw): Promise<VenueFill[]> {
    const answer = await this.#ask(() =>
      this.#client.privateGetMyTrades({ symbol: this.#client.marketId(market), ...params }),
    );
    if (!Array.isArray(answer)) throw unreadable('trades');
    return answer
      .map((raw: unknown) => tradeFromRest(raw, market))
      .sort((a, b) => a.time - b.time || Number(BigInt(a.tradeId) - BigInt(b.tradeId)));
  }

  /** Asks once more after a refused time: every call that comes here may be repeated. */
  async #ask<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      const failure = toVenueError(error, this.#errors);
      if (failure.code !== 'CLOCK_OUT_OF_WINDOW') throw failure;
    }
    try {
      await this.#clock.measure();
      return await call();
    } catch (error) {
      throw toVenueError(error, this.#errors);
    }
  }
}

function unreadable(what: string): VenueError {
  return new VenueError(
    'unavailable',
    'VENUE_ANSWER_UNREADABLE',
    `the venue's ${what} do not have the known form`,
  );
}

/** ccxt declares amounts as numbers but formats text exactly; this is the only place where the two meet. */
function asText(value: DecimalString): number {
  return value as unknown as number;
}
