import type { DataSource, EntityManager } from 'typeorm';
import { dec, heldMarket, sum } from '@gridfleet/shared/domain';
import { AccountRepository, StrategyRepository } from '@gridfleet/shared/infra';
import { GridfleetError, type AllocationBody, type AllocationDto } from '@gridfleet/shared/schema';

interface Row {
  id: number;
  account_id: number;
  name: string;
  asset: string;
  amount: string;
}
interface MemberRow {
  allocation_id: number;
  strategy_id: number;
  used: string;
}

/** Money set aside for strategies, singly or as pools. Each change makes the nodes read it with the next order. */
export class AllocationService {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  async list(userId: number): Promise<AllocationDto[]> {
    return read(this.#dataSource.manager, userId);
  }

  /** @throws GridfleetError NOT_FOUND, VALIDATION_FAILED, ALLOCATION_REFUSED */
  create(userId: number, body: AllocationBody): Promise<AllocationDto> {
    return this.#dataSource.transaction(async (manager) => {
      await holdAccount(manager, userId, body.accountId);
      await checkMembers(manager, userId, body, null);
      await checkAmount(manager, body, null);
      const { insertId }: { insertId: number } = await manager.query(
        `INSERT INTO capital_allocation (user_id, account_id, name, asset, amount, created_at)
           VALUES (?, ?, ?, ?, ?, UTC_TIMESTAMP(3))`,
        [userId, body.accountId, body.name.trim(), body.asset, body.amount],
      );
      await setMembers(manager, insertId, body);
      return one(manager, userId, insertId);
    });
  }

  /** @throws GridfleetError NOT_FOUND, VALIDATION_FAILED, ALLOCATION_REFUSED */
  update(userId: number, id: number, body: AllocationBody): Promise<AllocationDto> {
    return this.#dataSource.transaction(async (manager) => {
      const before = await one(manager, userId, id);
      if (before.accountId !== body.accountId || before.asset !== body.asset) {
        const message = 'An allocation keeps its account and asset: make another one';
        throw new GridfleetError('ALLOCATION_REFUSED', message);
      }
      await holdAccount(manager, userId, body.accountId);
      await checkMembers(manager, userId, body, id);
      await checkAmount(manager, body, id);
      await manager.query('UPDATE capital_allocation SET name = ?, amount = ? WHERE id = ?', [
        body.name.trim(),
        body.amount,
        id,
      ]);
      await manager.query('DELETE FROM capital_member WHERE allocation_id = ?', [id]);
      await setMembers(manager, id, body);
      return one(manager, userId, id);
    });
  }

  /** @throws GridfleetError NOT_FOUND */
  async delete(userId: number, id: number): Promise<void> {
    await this.#dataSource.transaction(async (manager) => {
      const { accountId } = await one(manager, userId, id);
      await holdAccount(manager, userId, accountId);
      await manager.query('DELETE FROM capital_allocation WHERE id = ?', [id]);
    });
  }
}

/** Locks the account against orders until the commit, and tells nodes that its allocations have changed. */
async function holdAccount(manager: EntityManager, userId: number, accountId: number): Promise<void> {
  if ((await new AccountRepository(manager).lock(userId, accountId)) === null) {
    throw new GridfleetError('NOT_FOUND', `There is no account ${accountId}`);
  }
  await manager.query('UPDATE account SET capital_version = capital_version + 1 WHERE id = ?', [accountId]);
}

async function checkMembers(
  manager: EntityManager,
  userId: number,
  { accountId, asset, strategyIds }: AllocationBody,
  id: number | null,
): Promise<void> {
  const strategies = new StrategyRepository(manager);
  const legs = await strategies.legsOf(strategyIds);
  const taken: { strategy_id: number }[] = await manager.query(
    'SELECT strategy_id FROM capital_member WHERE strategy_id IN (?) AND allocation_id <> ?',
    [strategyIds, id ?? 0],
  );
  for (const [index, strategyId] of strategyIds.entries()) {
    const field = `body.strategyIds.${index}`;
    const [leg] = legs.get(strategyId) ?? [];
    const row = await strategies.find(userId, strategyId);
    if (row === null || leg === undefined) throw refusedMember(field, `There is no strategy ${strategyId}`);
    if (leg.accountId !== accountId || heldMarket(leg.market).quote !== asset)
      throw refusedMember(field, `Strategy ${strategyId} does not pay with ${asset} of account ${accountId}`);
    if (taken.some((each) => each.strategy_id === strategyId))
      throw new GridfleetError('ALLOCATION_REFUSED', `Strategy ${strategyId} has another share already`);
  }
}

function refusedMember(field: string, message: string): GridfleetError {
  return new GridfleetError('VALIDATION_FAILED', message, [
    { field, code: 'STRATEGY_UNKNOWN', message: `${message}.` },
  ]);
}

/** What is set aside in all may not be more than the account has; unknown balances promise nothing. */
async function checkAmount(
  manager: EntityManager,
  { accountId, asset, amount }: AllocationBody,
  id: number | null,
): Promise<void> {
  const others: { amount: string }[] = await manager.query(
    'SELECT amount FROM capital_allocation WHERE account_id = ? AND asset = ? AND id <> ?',
    [accountId, asset, id ?? 0],
  );
  const [known]: { total: string }[] = await manager.query(
    'SELECT total FROM reservation WHERE account_id = ? AND resource = ?',
    [accountId, asset],
  );
  const [invested]: { cost: string | null }[] = await manager.query(
    'SELECT SUM(position_cost) AS cost FROM strategy_exposure WHERE account_id = ? AND quote = ?',
    [accountId, asset],
  );
  if (known === undefined) return;
  const wanted = sum(others.map((each) => each.amount)).plus(dec(amount));
  const has = dec(known.total).plus(dec(invested?.cost ?? '0'));
  if (wanted.lte(has)) return;
  throw new GridfleetError(
    'ALLOCATION_REFUSED',
    `In all ${wanted.toFixed()} ${asset} would be set aside; the account has ${has.toFixed()} with its positions at cost`,
  );
}

async function setMembers(
  manager: EntityManager,
  id: number,
  { strategyIds }: AllocationBody,
): Promise<void> {
  await manager.query('INSERT INTO capital_member (strategy_id, allocation_id) VALUES ?', [
    strategyIds.map((strategyId) => [strategyId, id]),
  ]);
}

async function one(manager: EntityManager, userId: number, id: number): Promise<AllocationDto> {
  const found = (await read(manager, userId)).find((each) => each.id === id);
  if (found === undefined) throw new GridfleetError('NOT_FOUND', `There is no allocation ${id}`);
  return found;
}

async function read(manager: EntityManager, userId: number): Promise<AllocationDto[]> {
  const rows: Row[] = await manager.query(
    'SELECT id, account_id, name, asset, amount FROM capital_allocation WHERE user_id = ? ORDER BY id',
    [userId],
  );
  if (rows.length === 0) return [];
  const members: MemberRow[] = await manager.query(
    `SELECT m.allocation_id, m.strategy_id,
        COALESCE(e.position_cost, 0) + COALESCE((SELECT SUM(o.price * GREATEST(0, o.quantity - o.filled_quantity))
          FROM orders o WHERE o.strategy_id = m.strategy_id AND o.is_final = 0 AND o.side = 'buy'
            AND o.price IS NOT NULL), 0) AS used
       FROM capital_member m LEFT JOIN strategy_exposure e ON e.strategy_id = m.strategy_id
      WHERE m.allocation_id IN (?) ORDER BY m.strategy_id`,
    [rows.map(({ id }) => id)],
  );
  return rows.map((row) => {
    const own = members.filter((each) => each.allocation_id === row.id);
    return {
      id: row.id,
      accountId: row.account_id,
      name: row.name,
      asset: row.asset,
      amount: dec(row.amount).toFixed(),
      used: sum(own.map(({ used }) => used)).toFixed(),
      strategyIds: own.map((each) => each.strategy_id),
    };
  });
}
