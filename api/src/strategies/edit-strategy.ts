import type { DataSource, EntityManager } from 'typeorm';
import { dec } from '@gridfleet/shared/domain';
import {
  AccountRepository,
  MachineStateRepository,
  RunRepository,
  storedLabels,
  StrategyRepository,
  TradingRepository,
  viewStored,
  type LegWithVenue,
  type NewLeg,
  type StoredMachine,
  type StrategyRow,
} from '@gridfleet/shared/infra';
import { GridfleetError, type StrategyCreate, type StrategyUpdate } from '@gridfleet/shared/schema';
import type { Publisher } from '../events/publisher.js';
import { isShapeRefusal, planRefused, type CheckedPlan, type PlanCheck } from './plan-check.js';
import { stateUnreadable, strategyDeleted, strategyNotFound, strategyRunning } from './strategy-errors.js';

/** Creates, changes and deletes strategies. */
export class StrategyEditor {
  readonly #dataSource: DataSource;
  readonly #planCheck: PlanCheck;
  readonly #publisher: Publisher;

  constructor(dataSource: DataSource, planCheck: PlanCheck, publisher: Publisher) {
    this.#dataSource = dataSource;
    this.#planCheck = planCheck;
    this.#publisher = publisher;
  }

  /** @returns id of the new strategy, which is stopped. @throws GridfleetError as PlanCheck.plan, and PLAN_REFUSED */
  async create(userId: number, body: StrategyCreate): Promise<number> {
    const { params, legs } = await this.#accepted(userId, body);
    const { kind, name } = body;
    const id = await this.#dataSource.transaction(async (tx) => {
      await holdAccounts(tx, userId, legs);
      const row = { userId, name: name.trim(), kind, params, ...placementChange(body) };
      return new StrategyRepository(tx).insert(row, legs);
    });
    await this.#publisher.strategyChanged(id);
    return id;
  }

  /**
   * Name and placement may change any time (a run that is placed elsewhere moves); params too, while it runs or when it is stopped: what runs takes its orders back and
   * goes on with the new ones. Legs only while it is stopped and nothing is held. New params or legs make a new
   * revision.
   * @throws GridfleetError NOT_FOUND, STRATEGY_DELETED, STRATEGY_RUNNING, INVENTORY_HELD, EDIT_CONFLICT, …
   */
  async update(userId: number, id: number, body: StrategyUpdate): Promise<void> {
    const strategies = new StrategyRepository(this.#dataSource.manager);
    const before = await strategies.find(userId, id);
    if (before === null) throw strategyNotFound(id);
    if (before.deletedAt !== null) throw strategyDeleted(id);
    const name = { ...(body.name === undefined ? {} : { name: body.name.trim() }), ...placementChange(body) };
    if (body.params === undefined && body.legs === undefined) {
      await strategies.update(id, name);
      // The node that runs it looks whether it still may.
      await this.#publisher.desiredStateChanged(id);
    } else {
      const oldLegs = (await strategies.legsOf([id])).get(id) ?? [];
      await refuseUnlessEditable(this.#dataSource.manager, before, movesLegs(oldLegs, body.legs));
      const checked = await this.#accepted(userId, {
        kind: before.kind,
        params: body.params ?? (JSON.parse(before.params) as StrategyCreate['params']),
        legs:
          body.legs ??
          oldLegs.map(({ name: legName, accountId, market }) => ({ name: legName, accountId, market })),
      });
      await this.#dataSource.transaction((tx) => revise(tx, before, oldLegs, checked, name));
    }
    await this.#publisher.strategyChanged(id);
    await this.#publisher.desiredStateChanged(id);
  }

  /** Hides the strategy; its history stays. Deleting it again changes nothing. @throws GridfleetError STRATEGY_RUNNING */
  async delete(userId: number, id: number): Promise<void> {
    await this.#dataSource.transaction(async (tx) => {
      const strategies = new StrategyRepository(tx);
      const row = await strategies.lock(userId, id);
      if (row === null) throw strategyNotFound(id);
      if (row.deletedAt !== null) return;
      await refuseWhileTrading(tx, row);
      await strategies.update(id, { deletedAt: new Date() });
    });
    await this.#publisher.strategyChanged(id);
  }

  async #accepted(
    userId: number,
    { kind, params, legs }: Pick<StrategyCreate, 'kind' | 'params' | 'legs'>,
  ): Promise<CheckedPlan> {
    const checked = await this.#planCheck.plan(userId, { kind, params, legs });
    const refusals = checked.plan.refusals.filter(isShapeRefusal);
    if (refusals.length > 0) throw planRefused(refusals, 'body.');
    return checked;
  }
}

type PlacementChange = Partial<Pick<StrategyRow, 'workerName' | 'labels'>>;

function placementChange({
  workerName,
  labels,
}: Pick<StrategyUpdate, 'workerName' | 'labels'>): PlacementChange {
  return {
    ...(workerName === undefined ? {} : { workerName }),
    ...(labels === undefined ? {} : { labels: storedLabels(labels) }),
  };
}

/** Keeps the accounts from being deleted until the transaction ends. */
async function holdAccounts(tx: EntityManager, userId: number, legs: readonly NewLeg[]): Promise<void> {
  const accounts = new AccountRepository(tx);
  // In the order of their ids, so that two transactions cannot wait for each other.
  for (const id of [...new Set(legs.map((leg) => leg.accountId))].sort((a, b) => a - b)) {
    if ((await accounts.lock(userId, id)) === null) {
      throw new GridfleetError('EDIT_CONFLICT', `Account ${id} was deleted meanwhile`);
    }
  }
}

/** @throws GridfleetError STRATEGY_RUNNING unless stopped, with no order left at the exchange. */
async function refuseWhileTrading(manager: EntityManager, { id, desiredState }: StrategyRow): Promise<void> {
  if (desiredState === 'running') throw strategyRunning(id, 'is running');
  if (await new RunRepository(manager).hasUnfinished(id)) throw strategyRunning(id, 'is still stopping');
  if (await new TradingRepository(manager).hasLiveOrders(id)) {
    throw strategyRunning(id, 'has orders at the exchange; start it and stop it with cancel-orders');
  }
}

/** Params may change while a strategy runs: its node brings them into force. Everything else needs it stopped. */
async function refuseUnlessEditable(
  manager: EntityManager,
  row: StrategyRow,
  legsChange: boolean,
): Promise<void> {
  if (legsChange || row.desiredState !== 'running') await refuseWhileTrading(manager, row);
}

/** Whether a body asks for other legs; one that repeats them asks for nothing. */
function movesLegs(before: readonly LegWithVenue[], asked: StrategyUpdate['legs']): boolean {
  if (asked === undefined) return false;
  const key = (legs: readonly { accountId: number; market: string }[]): string =>
    JSON.stringify(legs.map(({ accountId, market }) => [accountId, market]));
  return key(before) !== key(asked);
}

function sameLegs(before: readonly LegWithVenue[], after: readonly NewLeg[]): boolean {
  const key = (legs: readonly NewLeg[]): string =>
    JSON.stringify(legs.map(({ leg, accountId, market }) => [leg, accountId, market]));
  return key(before) === key(after);
}

async function refuseWithInventory(tx: EntityManager, row: StrategyRow): Promise<void> {
  const machine = (await new MachineStateRepository(tx).load([row.id])).get(row.id);
  if (machine === undefined) return;
  const position = positionOf(row.id, machine);
  if (dec(position).isZero()) return;
  throw new GridfleetError('INVENTORY_HELD', `Strategy ${row.id} holds ${position} of its market`);
}

/** @throws GridfleetError STATE_UNREADABLE: nobody knows what it holds */
function positionOf(id: number, machine: StoredMachine): string {
  try {
    return viewStored(machine).position;
  } catch (cause) {
    throw stateUnreadable(id, cause);
  }
}

async function revise(
  tx: EntityManager,
  before: StrategyRow,
  oldLegs: readonly LegWithVenue[],
  checked: CheckedPlan,
  name: { name?: string } & PlacementChange,
): Promise<void> {
  const strategies = new StrategyRepository(tx);
  const row = await strategies.lock(before.userId, before.id);
  if (row === null) throw strategyNotFound(before.id);
  if (row.deletedAt !== null) throw strategyDeleted(row.id);
  if (row.revision !== before.revision) {
    throw new GridfleetError('EDIT_CONFLICT', `Strategy ${row.id} was changed by somebody else meanwhile`);
  }
  const legsChanged = !sameLegs(oldLegs, checked.legs);
  await refuseUnlessEditable(tx, row, legsChanged);
  if (legsChanged) await refuseWithInventory(tx, row);
  await holdAccounts(tx, before.userId, checked.legs);
  await strategies.replaceLegs(row.id, checked.legs);
  if (!legsChanged && checked.params === row.params) {
    await strategies.update(row.id, name);
    return;
  }
  const revision = row.revision + 1;
  await strategies.insertRevision(row.id, revision, checked.params);
  await strategies.update(row.id, { ...name, params: checked.params, revision });
}
