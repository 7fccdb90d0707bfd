import { dec } from '@gridfleet/shared/domain';
import type {
  ContractSettings,
  FundingPayment,
  OrderOrigin,
  PositionMode,
  VenueExposure,
  VenueFutures,
  VenuePosition,
} from '../venue-futures.js';
import { codeInfo } from '../error-catalogue.js';
import type { BinanceCalls } from './binance-calls.js';
import type { HookedBinance } from './hooked-binance.js';
import { unreadable } from './binance-convert.js';
import type { Raw } from './binance-product.js';
import { fundingFromRest, originFromId, positionFromRest } from './linear-convert.js';
import { LinearStops } from './linear-stops.js';

/** Payments a page of `income` holds at most. */
const INCOME_PAGE = 1_000;

/** What an account on Binance USDT-M can do beside placing orders. */
export class LinearFutures implements VenueFutures {
  readonly stops: LinearStops;
  readonly #client: HookedBinance;
  readonly #calls: BinanceCalls;

  constructor(client: HookedBinance, calls: BinanceCalls) {
    this.#client = client;
    this.#calls = calls;
    this.stops = new LinearStops(client, calls);
  }

  async positionMode(): Promise<PositionMode> {
    const { dualSidePosition } = (await this.#calls.ask(() =>
      this.#client.fapiPrivateGetPositionSideDual(),
    )) as Raw;
    if (typeof dualSidePosition !== 'boolean') throw unreadable('position mode');
    return dualSidePosition ? 'hedge' : 'one-way';
  }

  async setPositionMode(mode: PositionMode): Promise<void> {
    const dualSidePosition = mode === 'hedge' ? 'true' : 'false';
    await this.#set(() => this.#client.fapiPrivatePostPositionSideDual({ dualSidePosition }));
  }

  async settings(market: string): Promise<ContractSettings> {
    const symbol = this.#client.marketId(market);
    const rows = await this.#calls.ask(() => this.#client.fapiPrivateGetSymbolConfig({ symbol }));
    const row = Array.isArray(rows) ? (rows[0] as Raw | undefined) : undefined;
    const leverage = Number(row?.leverage);
    if (!Number.isInteger(leverage)) throw unreadable('settings of the contract');
    return { leverage, marginMode: row?.marginType === 'ISOLATED' ? 'isolated' : 'cross' };
  }

  async setSettings(market: string, wanted: ContractSettings): Promise<void> {
    const symbol = this.#client.marketId(market);
    const now = await this.settings(market);
    if (now.marginMode !== wanted.marginMode) {
      const marginType = wanted.marginMode === 'isolated' ? 'ISOLATED' : 'CROSSED';
      await this.#set(() => this.#client.fapiPrivatePostMarginType({ symbol, marginType }));
    }
    if (now.leverage !== wanted.leverage) {
      const { leverage } = wanted;
      await this.#set(() => this.#client.fapiPrivatePostLeverage({ symbol, leverage }));
    }
  }

  async positions(market: string): Promise<VenuePosition[]> {
    const rows = await this.#positionRows({ symbol: this.#client.marketId(market) });
    return rows.map((row) => positionFromRest(row, market)).filter(({ amount }) => !dec(amount).isZero());
  }

  async exposure(market: string | null): Promise<VenueExposure> {
    const params = market === null ? {} : { symbol: this.#client.marketId(market) };
    const lists = await Promise.all([
      this.#calls.ask(() => this.#client.fapiPrivateGetOpenOrders(params)),
      this.#calls.ask(() => this.#client.fapiPrivateGetOpenAlgoOrders(params)),
      this.#positionRows(params),
    ]);
    const [orders, stops, positions] = lists.map((list: unknown) => {
      if (!Array.isArray(list)) throw unreadable('open orders');
      return list as Raw[];
    });
    const held = (positions ?? []).filter((row) => !dec(String(row.positionAmt)).isZero());
    return { orders: (orders ?? []).length + (stops ?? []).length, positions: held.length };
  }

  async fundingSince(market: string, since: number): Promise<FundingPayment[]> {
    const symbol = this.#client.marketId(market);
    const payments = new Map<string, FundingPayment>();
    for (let startTime = since; ;) {
      const params = { symbol, incomeType: 'FUNDING_FEE', startTime, limit: INCOME_PAGE };
      const rows = await this.#calls.ask(() => this.#client.fapiPrivateGetIncome(params));
      if (!Array.isArray(rows)) throw unreadable('income');
      const page = rows.map((row: unknown) => fundingFromRest(row, market));
      for (const payment of page) payments.set(payment.id, payment);
      const last = page.at(-1);
      if (page.length < INCOME_PAGE || last === undefined || last.time <= startTime) break;
      startTime = last.time;
    }
    return [...payments.values()].sort((a, b) => a.time - b.time);
  }

  async originOf(market: string, exchangeOrderId: string): Promise<OrderOrigin> {
    const params = { symbol: this.#client.marketId(market), orderId: exchangeOrderId };
    try {
      const order = (await this.#calls.ask(() => this.#client.fapiPrivateGetOrder(params))) as Raw;
      return originFromId(String(order.clientOrderId));
    } catch (error) {
      if (this.#calls.explain(error).kind !== 'unknown-order') throw error;
      return { by: 'account', clientOrderId: null };
    }
  }

  async #positionRows(params: Raw): Promise<Raw[]> {
    const rows: unknown = await this.#calls.ask(() => this.#client.fapiPrivateV3GetPositionRisk(params));
    if (!Array.isArray(rows)) throw unreadable('positions');
    return rows as Raw[];
  }

  /** A setting that is so already counts as set. */
  async #set(call: () => Promise<unknown>): Promise<void> {
    try {
      await this.#calls.ask(call);
    } catch (error) {
      if (codeInfo(this.#calls.explain(error).code).phase !== 'accepted') throw error;
    }
  }
}
