import { In, type DataSource } from 'typeorm';
import {
  CycleRowEntity,
  cycleDto,
  FillRowEntity,
  fillDto,
  linkedOrders,
  listArchivedTrades,
  listCycles,
  listFills,
  listOrders,
  orderDto,
  OrderRowEntity,
  StrategyRepository,
  StrategyRowEntity,
  type FillRow,
  type OrderFilter,
  type OrderRow,
  type PageOf,
  type PageRequest,
} from '@gridfleet/shared/infra';
import {
  GridfleetError,
  type ArchivedTrade,
  type ArchiveSource,
  type CycleDto,
  type Order,
  type OrderRecord,
  type Trade,
  type TradeFilter,
  type TradeRecord,
} from '@gridfleet/shared/schema';
import { resolveScope } from './trade-scope.js';

/** Fills, orders and cycles of a user, and everything stored about a single one. */
export class TradeLists {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** @throws GridfleetError VALIDATION_FAILED, NOT_FOUND */
  async trades(userId: number, filter: TradeFilter, page: PageRequest): Promise<PageOf<Trade>> {
    const { scope } = await resolveScope(this.#dataSource, userId, filter);
    const { items, nextCursor } = await listFills(this.#dataSource.manager, scope, page);
    return { items: await this.#trades(items), nextCursor };
  }

  /** @throws GridfleetError VALIDATION_FAILED, NOT_FOUND */
  async orders(
    userId: number,
    filter: TradeFilter,
    state: OrderFilter,
    page: PageRequest,
  ): Promise<PageOf<Order>> {
    const { scope } = await resolveScope(this.#dataSource, userId, filter);
    const { items, nextCursor } = await listOrders(this.#dataSource.manager, scope, state, page);
    return { items: items.map(orderDto), nextCursor };
  }

  /** @throws GridfleetError VALIDATION_FAILED, NOT_FOUND */
  async cycles(userId: number, filter: TradeFilter, page: PageRequest): Promise<PageOf<CycleDto>> {
    const { scope } = await resolveScope(this.#dataSource, userId, filter);
    const { items, nextCursor } = await listCycles(this.#dataSource.manager, scope, page);
    return { items: items.map(cycleDto), nextCursor };
  }

  /** @throws GridfleetError VALIDATION_FAILED, NOT_FOUND */
  async archived(
    userId: number,
    filter: TradeFilter,
    source: ArchiveSource | undefined,
    page: PageRequest,
  ): Promise<PageOf<ArchivedTrade>> {
    const { scope } = await resolveScope(this.#dataSource, userId, filter);
    return listArchivedTrades(this.#dataSource.manager, scope, source, page);
  }

  /** @throws GridfleetError NOT_FOUND */
  async trade(userId: number, id: string): Promise<TradeRecord> {
    const { manager } = this.#dataSource;
    const row = await manager.findOneBy(FillRowEntity, { id });
    if (row === null || !(await this.#owns(userId, row.strategyId))) throw absent('trade', id);
    const order = await manager.findOneByOrFail(OrderRowEntity, { id: row.orderId });
    const [trade] = await this.#trades([row]);
    if (trade === undefined) throw absent('trade', id);
    const linked =
      trade.linkedOrderId === null
        ? null
        : await manager.findOneBy(OrderRowEntity, { id: trade.linkedOrderId });
    const { strategyId, leg, market, positionSide, slot, generation } = order;
    const cycle = await manager.findOneBy(CycleRowEntity, {
      strategyId,
      leg,
      market,
      positionSide,
      slot,
      generation,
    });
    return {
      trade,
      order: { ...orderDto(order), reduceOnly: order.reduceOnly, fence: order.fence },
      linkedOrder: linked === null ? null : orderDto(linked),
      cycle: cycle === null ? null : cycleDto(cycle),
    };
  }

  /** @throws GridfleetError NOT_FOUND */
  async order(userId: number, id: string): Promise<OrderRecord> {
    const row = await this.orderRow(userId, id);
    const fills = await this.#dataSource.manager.find(FillRowEntity, {
      where: { orderId: row.id },
      order: { id: 'ASC' },
    });
    return { order: orderDto(row), fills: fills.map(fillDto) };
  }

  /** @throws GridfleetError NOT_FOUND */
  async orderRow(userId: number, id: string): Promise<OrderRow> {
    const row = await this.#dataSource.manager.findOneBy(OrderRowEntity, { id });
    if (row === null || !(await this.#owns(userId, row.strategyId))) throw absent('order', id);
    return row;
  }

  async #owns(userId: number, strategyId: number): Promise<boolean> {
    return (await new StrategyRepository(this.#dataSource.manager).find(userId, strategyId)) !== null;
  }

  async #trades(rows: readonly FillRow[]): Promise<Trade[]> {
    const { manager } = this.#dataSource;
    const strategyIds = [...new Set(rows.map((row) => row.strategyId))];
    const [strategies, linked] = await Promise.all([
      manager.findBy(StrategyRowEntity, { id: In(strategyIds) }),
      linkedOrders(manager, [...new Set(rows.map((row) => row.orderId))]),
    ]);
    const names = new Map(strategies.map((row) => [row.id, row.name]));
    return rows.map((row) => ({
      ...fillDto(row),
      strategyName: names.get(row.strategyId) ?? '',
      linkedOrderId: linked.get(row.orderId) ?? null,
    }));
  }
}

function absent(what: string, id: string): GridfleetError {
  return new GridfleetError('NOT_FOUND', `There is no ${what} ${id}`);
}
