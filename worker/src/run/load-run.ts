import { In, IsNull, type EntityManager } from 'typeorm';
import { dec, type Decimal, type PositionSide, type SlotKey } from '@gridfleet/shared/domain';
import {
  AccountRowEntity,
  FillRowEntity,
  OrderRowEntity,
  RefusalRowEntity,
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

/** A run whose fence its new owner has just raised. */
export interface RaisedRun {
  strategy: StrategyRow;
  run: RunRow;
  fence: number;
}

/** Order rows with the trades booked on them. */
export async function withTrades(manager: EntityManager, rows: OrderRow[]): Promise<LiveOrder[]> {
  if (rows.length === 0) return [];
  const fills = await manager
    .getRepository(FillRowEntity)
    .find({ where: { orderId: In(rows.map((row) => row.id)) }, select: { orderId: true, tradeId: true } });
  const byOrder = grouped(fills, (fill) => fill.orderId);
  return rows.map((row) =>
    liveOrder(
      row,
      byOrder(row.id).map((fill) => fill.tradeId),
    ),
  );
}

/** Rows by a key of theirs; none for a key that no row has. */
function grouped<K, R>(rows: readonly R[], keyOf: (row: R) => K): (key: K) => R[] {
  const groups = new Map<K, R[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return (key) => groups.get(key) ?? [];
}

interface FillSum {
  strategy_id: number;
  leg: number;
  position_side: PositionSide;
  held: string;
  fills: string;
}

function heldOf(sums: readonly FillSum[]): LoadedRun['held'] {
  const held = new Map<number, Map<PositionSide, Decimal>>();
  for (const row of sums) {
    const sides = held.get(row.leg) ?? new Map<PositionSide, Decimal>();
    held.set(row.leg, sides.set(row.position_side, dec(row.held)));
  }
  return held;
}

async function fillSums(manager: EntityManager, ids: readonly number[]): Promise<FillSum[]> {
  return manager.query(
    `SELECT strategy_id, leg, position_side, SUM(IF(side = 'buy', quantity, -quantity)) AS held, COUNT(*) AS fills
       FROM fill WHERE strategy_id IN (?) GROUP BY strategy_id, leg, position_side`,
    [ids],
  );
}

/** Params of the revisions that stored states were made with, by strategy. */
async function stateParams(
  manager: EntityManager,
  states: readonly StrategyState[],
): Promise<Map<number, string>> {
  if (states.length === 0) return new Map();
  const rows = await manager
    .getRepository(StrategyRevisionEntity)
    .findBy(states.map(({ strategyId, revision }) => ({ strategyId, revision })));
  return new Map(rows.map((row) => [row.strategyId, row.params]));
}

/**
 * Reads claimed runs whole, in the claim's transaction: as many queries for all of them as for one.
 * @returns in the order of `raised`; an Error in place of a run that cannot be read
 */
export async function loadRuns(
  manager: EntityManager,
  raised: readonly RaisedRun[],
): Promise<(LoadedRun | Error)[]> {
  if (raised.length === 0) return [];
  const ids = raised.map(({ strategy }) => strategy.id);
  const of = { strategyId: In(ids) };
  const legs = await manager.getRepository(StrategyLegEntity).find({ where: of, order: { leg: 'ASC' } });
  const accountRows = await manager
    .getRepository(AccountRowEntity)
    .findBy({ id: In([...new Set(legs.map((leg) => leg.accountId))]) });
  const accounts = new Map(accountRows.map((row) => [row.id, row]));
  const stateRows = await manager.getRepository(StrategyStateEntity).findBy(of);
  const states = new Map(stateRows.map((row) => [row.strategyId, row]));
  const params = await stateParams(manager, stateRows);
  const slotsOf = grouped(await manager.getRepository(SlotRowEntity).findBy(of), (slot) => slot.strategyId);
  const live = await manager.getRepository(OrderRowEntity).findBy({ ...of, isFinal: false });
  const liveOf = grouped(await withTrades(manager, live), ({ row }) => row.strategyId);
  const generations: { strategy_id: number; generation: number }[] = await manager.query(
    'SELECT strategy_id, MAX(generation) AS generation FROM orders WHERE strategy_id IN (?) GROUP BY strategy_id',
    [ids],
  );
  const lastGeneration = new Map(generations.map((row) => [row.strategy_id, row.generation]));
  const sumsOf = grouped(await fillSums(manager, ids), (row) => row.strategy_id);
  const refusals = await manager
    .getRepository(RefusalRowEntity)
    .find({ where: { ...of, clearedAt: IsNull() }, order: { leg: 'ASC', slot: 'ASC' } });
  const refusedOf = grouped(refusals, (row) => row.strategyId);
  const [installation]: { epoch_salt: string; former_salts: string }[] = await manager.query(
    'SELECT epoch_salt, former_salts FROM installation WHERE id = 1',
  );
  if (installation === undefined) throw new Error('the installation row is missing: run "gridfleet migrate"');
  const formerSalts = installation.former_salts.split(',').filter(Boolean);
  const legsOf = grouped(legs, (leg) => leg.strategyId);

  return raised.map(({ strategy, run, fence }) => {
    const { id } = strategy;
    const own: LoadedRun['legs'] = [];
    for (const leg of legsOf(id)) {
      const account = accounts.get(leg.accountId);
      if (account === undefined) return new Error(`account ${leg.accountId} of strategy ${id} is missing`);
      own.push({ leg, account });
    }
    const sums = sumsOf(id);
    return {
      strategy,
      run,
      legs: own,
      fence,
      salt: installation.epoch_salt,
      formerSalts,
      state: states.get(id) ?? null,
      stateParams: params.get(id) ?? strategy.params,
      slots: new Map(slotsOf(id).map((slot) => [slot.slot, slot.state])),
      liveOrders: liveOf(id),
      firstGeneration: (lastGeneration.get(id) ?? 0) + 1,
      fillCount: sums.reduce((count, row) => count + Number(row.fills), 0),
      held: heldOf(sums),
      refused: refusedOf(id),
    };
  });
}
