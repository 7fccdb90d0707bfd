import type { Position } from 'ccxt';
import { dec, decStr, type PositionSide } from '@gridfleet/shared/domain';
import { VenueError } from '../../venue-error.js';
import type {
  ContractSettings,
  FundingPayment,
  OrderOrigin,
  PositionMode,
  VenueExposure,
  VenueFutures,
  VenuePosition,
} from '../../venue-futures.js';
import type { UnifiedCalls } from './unified-calls.js';
import type { UnifiedClient } from './unified-client.js';
import { contractSize, textOf } from './unified-convert.js';

/** Contracts by ccxt's unified calls. It has no stops: how they work differs too much to be relied on unseen. */
export class UnifiedFutures implements VenueFutures {
  readonly #client: UnifiedClient;
  readonly #calls: UnifiedCalls;

  constructor(client: UnifiedClient, calls: UnifiedCalls) {
    this.#client = client;
    this.#calls = calls;
  }

  async positionMode(): Promise<PositionMode> {
    const { hedged } = (await this.#calls.ask('fetchPositionMode', () =>
      this.#client.fetchPositionMode(),
    )) as { hedged: boolean };
    return hedged ? 'hedge' : 'one-way';
  }

  async setPositionMode(mode: PositionMode): Promise<void> {
    // Exchanges refuse what is so already, each with words of its own.
    if ((await this.positionMode()) === mode) return;
    await this.#calls.ask('setPositionMode', () => this.#client.setPositionMode(mode === 'hedge'));
  }

  async settings(market: string): Promise<ContractSettings> {
    const lever = await this.#calls.ask('fetchLeverage', () => this.#client.fetchLeverage(market));
    const { longLeverage, shortLeverage } = lever as { longLeverage: unknown; shortLeverage: unknown };
    const [long, short] = [Number(longLeverage), Number(shortLeverage)];
    const { marginMode } = this.#calls.can('fetchMarginMode')
      ? await this.#calls.ask('fetchMarginMode', () => this.#client.fetchMarginMode(market))
      : (lever as { marginMode?: string });
    if (!Number.isFinite(long) || long !== short || (marginMode !== 'isolated' && marginMode !== 'cross')) {
      throw new VenueError(
        'unavailable',
        'VENUE_ANSWER_UNREADABLE',
        `the settings of ${market} are not readable`,
      );
    }
    return { leverage: long, marginMode };
  }

  async setSettings(market: string, wanted: ContractSettings): Promise<void> {
    const now = await this.settings(market);
    if (now.marginMode !== wanted.marginMode) {
      await this.#calls.ask('setMarginMode', () =>
        this.#client.setMarginMode(wanted.marginMode, market, { leverage: wanted.leverage }),
      );
    }
    if (now.leverage !== wanted.leverage) {
      await this.#calls.ask('setLeverage', () => this.#client.setLeverage(wanted.leverage, market));
    }
  }

  async positions(market: string): Promise<VenuePosition[]> {
    const rows = await this.#calls.ask('fetchPositions', () => this.#client.fetchPositions([market]));
    return rows
      .filter((row) => row.symbol === market && isOpen(row))
      .map((row) => this.#position(row, market));
  }

  async exposure(market: string | null): Promise<VenueExposure> {
    const symbols = market === null ? undefined : [market];
    const orders = await this.#calls.ask('fetchOpenOrders', () =>
      this.#client.fetchOpenOrders(market ?? undefined),
    );
    const rows = await this.#calls.ask('fetchPositions', () => this.#client.fetchPositions(symbols));
    const held = rows.filter((row) => (market === null || row.symbol === market) && isOpen(row));
    return { orders: orders.length, positions: held.length };
  }

  async fundingSince(market: string, since: number): Promise<FundingPayment[]> {
    const rows = await this.#calls.ask('fetchFundingHistory', () =>
      this.#client.fetchFundingHistory(market, since),
    );
    return rows
      .map((row) => ({
        id: String(row.id),
        market,
        amount: textOf(row.amount, 'funding'),
        asset: String(row.code),
        time: Number(row.timestamp),
      }))
      .filter(({ time }) => time >= since)
      .sort((a, b) => a.time - b.time);
  }

  async originOf(market: string, exchangeOrderId: string): Promise<OrderOrigin> {
    try {
      const order = await this.#calls.ask('fetchOrder', () =>
        this.#client.fetchOrder(exchangeOrderId, market),
      );
      return { by: 'account', clientOrderId: order.clientOrderId ?? null };
    } catch (error) {
      if (this.#calls.explain(error).kind !== 'unknown-order') throw error;
      return { by: 'account', clientOrderId: null };
    }
  }

  #position(row: Position, market: string): VenuePosition {
    const size = contractSize(this.#client.market(market));
    const quantity = dec(textOf(row.contracts, 'position')).abs().times(size);
    const isShort = row.side === 'short';
    const side: PositionSide = row.hedged === true ? (isShort ? 'short' : 'long') : 'net';
    const liquidation = dec(String(row.liquidationPrice ?? '0'));
    return {
      market,
      positionSide: side,
      amount: decStr(isShort ? quantity.neg() : quantity),
      entryPrice: textOf(row.entryPrice, 'entry price'),
      markPrice: textOf(row.markPrice ?? row.entryPrice, 'mark price'),
      liquidationPrice: liquidation.gt(0) ? decStr(liquidation) : null,
      margin: textOf(row.collateral ?? row.initialMargin ?? '0', 'margin'),
      unrealized: textOf(row.unrealizedPnl ?? '0', 'unrealised profit'),
    };
  }
}

function isOpen({ contracts }: Position): boolean {
  return contracts !== undefined && !dec(String(contracts)).isZero();
}
