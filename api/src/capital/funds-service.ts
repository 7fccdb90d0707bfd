import type { DataSource } from 'typeorm';
import { dec, Decimal, heldMarket, marginAsset, needOf, ZERO } from '@gridfleet/shared/domain';
import { AccountRepository, OrderRowEntity, ReservationRowEntity } from '@gridfleet/shared/infra';
import type { FundsDto } from '@gridfleet/shared/schema';
import { accountNotFound } from '../accounts/account-service.js';
import type { AllocationService } from './allocation-service.js';

/** What an account has of each asset, and who holds how much of it. */
export class FundsService {
  readonly #dataSource: DataSource;
  readonly #allocations: AllocationService;

  constructor(dataSource: DataSource, allocations: AllocationService) {
    this.#dataSource = dataSource;
    this.#allocations = allocations;
  }

  /** From the books, as of the last look at the exchange carried on by trades. @throws GridfleetError NOT_FOUND */
  async funds(userId: number, accountId: number): Promise<FundsDto[]> {
    const { manager } = this.#dataSource;
    if ((await new AccountRepository(manager).find(userId, accountId)) === null)
      throw accountNotFound(accountId);
    const [rows, orders, names, allocations] = await Promise.all([
      manager.find(ReservationRowEntity, { where: { accountId }, order: { resource: 'ASC' } }),
      manager.findBy(OrderRowEntity, { accountId, isFinal: false }),
      manager.query<{ id: number; name: string }[]>('SELECT id, name FROM strategy WHERE user_id = ?', [
        userId,
      ]),
      this.#allocations.list(userId),
    ]);
    const nameOf = new Map(names.map(({ id, name }) => [id, name]));
    return rows.map((row) => {
      const byStrategy = new Map<number, Decimal>();
      for (const order of orders) {
        const need = needOf(heldMarket(order.market), order);
        if (need.resource !== row.resource || need.amount.isZero()) continue;
        byStrategy.set(order.strategyId, (byStrategy.get(order.strategyId) ?? ZERO).plus(need.amount));
      }
      // Money is set aside on spot alone: margin is another resource, whatever its asset.
      const setAside = allocations
        .filter((each) => each.accountId === accountId && each.asset === row.resource)
        .reduce((sum, { amount, used }) => sum.plus(Decimal.max(ZERO, dec(amount).minus(used))), ZERO);
      const free = dec(row.total).minus(row.foreignLocked).minus(row.reserved);
      return {
        asset: marginAsset(row.resource) ?? row.resource,
        isMargin: marginAsset(row.resource) !== null,
        total: dec(row.total).toFixed(),
        free: Decimal.max(ZERO, free).toFixed(),
        reserved: [...byStrategy].map(([strategyId, amount]) => ({
          strategyId,
          name: nameOf.get(strategyId) ?? '',
          amount: amount.toFixed(),
        })),
        foreign: dec(row.foreignLocked).toFixed(),
        setAside: setAside.toFixed(),
        readAt: row.readAt.toISOString(),
      };
    });
  }
}
