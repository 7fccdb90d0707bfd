import type { SendGuard } from '../venue.js';
import type { StopCancel, StopOutcome, StopReport, StopRequest, VenueStops } from '../venue-futures.js';
import type { BinanceCalls } from './binance-calls.js';
import type { HookedBinance } from './hooked-binance.js';
import { PLACE_RECV_WINDOW_MS } from './send-guard.js';
import { unreadable } from './binance-convert.js';
import { positionSideText, stopFromRest } from './linear-convert.js';

/** Stops of Binance USDT-M: conditional orders, which live on the algo endpoint and have client ids of their own. */
export class LinearStops implements VenueStops {
  readonly #client: HookedBinance;
  readonly #calls: BinanceCalls;

  constructor(client: HookedBinance, calls: BinanceCalls) {
    this.#client = client;
    this.#calls = calls;
  }

  place(request: StopRequest, guard: SendGuard): Promise<StopOutcome> {
    return this.#calls.place(() => this.#tryPlace(request, guard));
  }

  async #tryPlace(request: StopRequest, guard: SendGuard): Promise<StopOutcome> {
    const { market, clientOrderId, side, positionSide, triggerPrice, quantity } = request;
    const { sent, result } = this.#client.placements.run(clientOrderId, guard, () =>
      this.#client.fapiPrivatePostAlgoOrder({
        algoType: 'CONDITIONAL',
        symbol: this.#client.marketId(market.symbol),
        side: side.toUpperCase(),
        positionSide: positionSideText(positionSide),
        type: 'STOP_MARKET',
        triggerPrice,
        workingType: request.triggerBy === 'mark' ? 'MARK_PRICE' : 'CONTRACT_PRICE',
        clientAlgoId: clientOrderId,
        recvWindow: PLACE_RECV_WINDOW_MS,
        ...(quantity === null ? { closePosition: 'true' } : { quantity }),
        ...(quantity !== null && positionSide === 'net' ? { reduceOnly: 'true' } : {}),
      }),
    );
    try {
      return { phase: 'accepted', report: stopFromRest(await result, market.symbol) };
    } catch (error) {
      return this.#calls.failedPlace(error, sent());
    }
  }

  async cancel(market: string, clientOrderId: string): Promise<StopCancel> {
    const params = { symbol: this.#client.marketId(market), clientAlgoId: clientOrderId };
    try {
      await this.#calls.ask(() => this.#client.fapiPrivateDeleteAlgoOrder(params));
      return { phase: 'canceled' };
    } catch (error) {
      return this.#calls.failedCancel(error);
    }
  }

  async find(market: string, clientOrderId: string): Promise<StopReport | null> {
    const params = { symbol: this.#client.marketId(market), clientAlgoId: clientOrderId };
    try {
      const raw = await this.#calls.ask(() => this.#client.fapiPrivateGetAlgoOrder(params));
      return stopFromRest(raw, market);
    } catch (error) {
      if (this.#calls.explain(error).kind === 'unknown-order') return null;
      throw error;
    }
  }

  async open(market: string): Promise<StopReport[]> {
    const params = { symbol: this.#client.marketId(market) };
    const rows = await this.#calls.ask(() => this.#client.fapiPrivateGetOpenAlgoOrders(params));
    if (!Array.isArray(rows)) throw unreadable('conditional orders');
    return rows.map((row: unknown) => stopFromRest(row, market));
  }
}
