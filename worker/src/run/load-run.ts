import { In, type EntityManager } from 'typeorm';
import { dec, type Decimal, type PositionSide, type SlotKey } from '@gridfleet/shared/domain';
import {
  AccountRowEntity,
  FillRowEntity,
  OrderRowEntity,
  RefusalRepository,
  SlotRowEntity,
  StrategyLegEntity,
  StrategyRevisionEntity,
  StrategyStateEntity,
  type AccountRow,
  type OrderRow,
  type RunRow,
  type StrategyLeg,
  type StrategyRow,
  type StrategyState,
} from '@gridfleet/shared/infra';
import { liveOrder, type LiveOrder } from './live-order.js';

export interface LoadedRun {
  strategy: StrategyRow;
  run: RunRow;
  legs: { leg: StrategyLeg; account: AccountRow }[];
  fence: number;
  salt: string;
  formerSalts: readonly string[];
  state: StrategyState | null;
  /** Params of the revision the stored state was made with; JSON, like the slots. */
  stateParams: string;
  slots: Map<number, string>;
  liveOrders: LiveOrder[];
  firstGeneration: number;
  fillCount: number;
  /** What the strategy holds by its fills in each contract, base; below zero when short. By leg. */
  held: ReadonlyMap<number, ReadonlyMap<PositionSide, Decimal>>;
  /** Slots with a refusal in force, and its code. */
  refused: (SlotKey & { code: string })[];
}

/** Order rows with the trades booked on them. */
export async function withTrades(manager: EntityManager, rows: OrderRow[]): Promise<LiveOrder[]> {
  if (rows.length === 0) return [];
  const fills = await manager
    .getRepository(FillRowEntity)
    .find({ where: { orderId: In(rows.map((row) => row.id)) }, select: { orderId: true, tradeId: true } });
  return rows.map((row) =>
    liveOrder(
      row,
      fills.filter((fill) => fill.orderId === row.id).map((fill) => fill.tradeId),
    ),
  );
}

async function heldByFills(manager: EntityManager, strategyId: number): Promise<LoadedRun['held']> {
  const rows: { leg: number; position_side: PositionSide; held: string }[] = await manager.query(
    `SELECT leg, position_side, SUM(IF(side = 'buy', quantity, -quantity)) AS held FROM fill
      WHERE strategy_id = ? GROUP BY leg, position_side`,
    [strategyId],
  );
  const held = new Map<number, Map<PositionSide, Decimal>>();
  for (const row of rows) {
    const sides = held.get(row.leg) ?? new Map<PositionSide, Decimal>();
    held.set(row.leg, sides.set(row.position_side, dec(row.held)));
  }
  return held;
}

/** Reads a claimed run whole, in the claim's transaction. */
export async function loadRun(
  manager: EntityManager,
  strategy: StrategyRow,
  run: RunRow,
  fence: number,
): Promise<LoadedRun> {
  const strategyId = strategy.id;
  const legs = await manager
    .getRepository(StrategyLegEntity)
    .find({ where: { strategyId }, order: { leg: 'ASC' } });
  const accounts = await manager
    .getRepository(AccountRowEntity)
    .findBy({ id: In(legs.map((leg) => leg.accountId)) });
  const state = await manager.getRepository(StrategyStateEntity).findOneBy({ strategyId });
  const revision =
    state === null
      ? null
      : await manager
          .getRepository(StrategyRevisionEntity)
          .findOneBy({ strategyId, revision: state.revision });
  const slots = await manager.getRepository(SlotRowEntity).findBy({ strategyId });
  const live = await manager.getRepository(OrderRowEntity).findBy({ strategyId, isFinal: false });
  const [counts]: { generation: number | null; fills: string }[] = await manager.query(
    `SELECT (SELECT MAX(generation) FROM orders WHERE strategy_id = ?) AS generation,
            (SELECT COUNT(*) FROM fill WHERE strategy_id = ?) AS fills`,
    [strategyId, strategyId],
  );
  const [installation]: { epoch_salt: string; former_salts: string }[] = await manager.query(
    'SELECT epoch_salt, former_salts FROM installation WHERE id = 1',
  );
  if (installation === undefined) throw new Error('the installation row is missing: run "gridfleet migrate"');
  return {
    strategy,
    run,
    legs: legs.map((leg) => {
      const account = accounts.find((row) => row.id === leg.accountId);
      if (account === undefined)
        throw new Error(`account ${leg.accountId} of strategy ${strategyId} is missing`);
      return { leg, account };
    }),
    fence,
    salt: installation.epoch_salt,
    formerSalts: installation.former_salts.split(',').filter(Boolean),
    state,
    stateParams: revision?.params ?? strategy.params,
    slots: new Map(slots.map((slot) => [slot.slot, slot.state])),
    liveOrders: await withTrades(manager, live),
    firstGeneration: (counts?.generation ?? 0) + 1,
    fillCount: Number(counts?.fills ?? 0),
    held: await heldByFills(manager, strategyId),
    refused: await new RefusalRepository(manager).standing(strategyId),
  };
}
