import type { DataSource } from 'typeorm';
import {
  cycleDto,
  orderDto,
  StrategyRepository,
  TradingRepository,
  type OrderFilter,
  type PageOf,
  type PageRequest,
} from '@gridfleet/shared/infra';
import type { Candle, CandleInterval, CycleDto, Order } from '@gridfleet/shared/schema';
import { failureError } from '../accounts/account-venue.js';
import { strategyNotFound } from '../strategies/strategy-errors.js';
import type { VenueQueryClient } from '../venue-queries/client.js';

function mapPage<T, R>(page: PageOf<T>, map: (row: T) => R): PageOf<R> {
  return { items: page.items.map(map), nextCursor: page.nextCursor };
}

/** What a strategy did: orders and cycles, and the market beside them. */
export class History {
  readonly #dataSource: DataSource;
  readonly #venueQueries: VenueQueryClient;

  constructor(dataSource: DataSource, venueQueries: VenueQueryClient) {
    this.#dataSource = dataSource;
    this.#venueQueries = venueQueries;
  }

  get #trading(): TradingRepository {
    return new TradingRepository(this.#dataSource.manager);
  }

  /** @throws GridfleetError NOT_FOUND */
  async orders(
    userId: number,
    strategyId: number,
    filter: OrderFilter,
    page: PageRequest,
  ): Promise<PageOf<Order>> {
    await this.#mustExist(userId, strategyId);
    return mapPage(await this.#trading.orders(strategyId, filter, page), orderDto);
  }

  /** @throws GridfleetError NOT_FOUND */
  async cycles(userId: number, strategyId: number, page: PageRequest): Promise<PageOf<CycleDto>> {
    await this.#mustExist(userId, strategyId);
    return mapPage(await this.#trading.cycles(strategyId, page), cycleDto);
  }

  /** Candles of the first leg's market, oldest first. @throws GridfleetError NOT_FOUND and as the venue query */
  async candles(
    userId: number,
    strategyId: number,
    interval: CandleInterval,
    limit: number,
  ): Promise<Candle[]> {
    await this.#mustExist(userId, strategyId);
    const legs = await new StrategyRepository(this.#dataSource.manager).legsOf([strategyId]);
    const leg = legs.get(strategyId)?.[0];
    if (leg === undefined) return [];
    const { accountId, market } = leg;
    const answer = await this.#venueQueries.ask('candles', { accountId, market, interval, limit });
    if (!answer.ok) throw failureError(answer);
    return answer.items;
  }

  async #mustExist(userId: number, strategyId: number): Promise<void> {
    const row = await new StrategyRepository(this.#dataSource.manager).find(userId, strategyId);
    if (row === null) throw strategyNotFound(strategyId);
  }
}
