import type { DataSource } from 'typeorm';
import { parseClientOrderId } from '@gridfleet/shared/domain';
import {
  AccountRepository,
  appendCorrection,
  ForeignOrderRepository,
  ForeignOrderRowEntity,
  StrategyRepository,
  type ForeignOrderRow,
} from '@gridfleet/shared/infra';
import { GridfleetError, type ForeignOrder, type OrphanRequest } from '@gridfleet/shared/schema';
import { accountNotFound } from '../accounts/account-service.js';
import { failureError } from '../accounts/account-venue.js';
import { strategyRunning } from '../strategies/strategy-errors.js';
import type { VenueQueryClient } from '../venue-queries/client.js';

function foreignOrderDto(row: ForeignOrderRow): ForeignOrder {
  return {
    accountId: row.accountId,
    market: row.market,
    exchangeOrderId: row.exchangeOrderId,
    clientOrderId: row.clientOrderId,
    isOrphan: row.isOrphan,
    side: row.side,
    price: row.price,
    quantity: row.quantity,
    filledQuantity: row.filledQuantity,
    decision: row.decision,
    decidedBy: row.decidedBy,
    firstSeenAt: row.firstSeenAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
  };
}

/** Orders that reconciliation found and cannot explain, and what an operator decides about those that seem to be ours. */
export class OrphanService {
  readonly #dataSource: DataSource;
  readonly #venueQueries: VenueQueryClient;

  constructor(dataSource: DataSource, venueQueries: VenueQueryClient) {
    this.#dataSource = dataSource;
    this.#venueQueries = venueQueries;
  }

  /** Open foreign and orphaned orders of one account or of all. @throws GridfleetError NOT_FOUND */
  async list(userId: number, accountId: number | null): Promise<ForeignOrder[]> {
    const { manager } = this.#dataSource;
    const accounts = await new AccountRepository(manager).list(userId);
    const meant = accounts.filter(({ id }) => accountId === null || id === accountId);
    if (accountId !== null && meant.length === 0) throw accountNotFound(accountId);
    const rows = await Promise.all(meant.map(({ id }) => new ForeignOrderRepository(manager).open(id)));
    return rows.flat().map(foreignOrderDto);
  }

  /** The orphan is taken into the books by its strategy's next look. @throws GridfleetError NOT_FOUND, ORPHAN_GONE */
  async adopt(userId: number, by: string, request: OrphanRequest): Promise<ForeignOrder> {
    const row = await this.#orphan(userId, request);
    const strategyId = parseClientOrderId(row.clientOrderId)?.strategyId;
    const owner =
      strategyId === undefined
        ? null
        : await new StrategyRepository(this.#dataSource.manager).find(userId, strategyId);
    if (owner === null)
      throw new GridfleetError('ORPHAN_GONE', 'The strategy that placed the order does not exist here');
    if (owner.desiredState !== 'running')
      throw strategyRunning(owner.id, 'is not running: start it, or cancel the order');
    return this.#decide(row, 'adopt', by);
  }

  /** Cancels the orphan at the exchange. @throws GridfleetError NOT_FOUND, ORPHAN_GONE, VENUE_UNAVAILABLE, … */
  async cancel(userId: number, by: string, request: OrphanRequest): Promise<ForeignOrder> {
    const { accountId, market, exchangeOrderId } = request;
    const row = await this.#orphan(userId, request);
    const decided = await this.#decide(row, 'cancel', by);
    const answer = await this.#venueQueries.ask('cancel-orphan', { accountId, market, exchangeOrderId });
    if (!answer.ok) throw failureError(answer);
    if (answer.outcome === 'unknown')
      throw new GridfleetError(
        'VENUE_UNAVAILABLE',
        'The exchange did not say whether it cancelled the order',
      );
    await this.#dataSource.transaction(async (tx) => {
      await tx.update(ForeignOrderRowEntity, { accountId, market, exchangeOrderId }, { goneAt: new Date() });
      if (answer.outcome === 'canceled') {
        await appendCorrection(tx, {
          strategyId: parseClientOrderId(row.clientOrderId)?.strategyId ?? null,
          accountId,
          cause: 'ORPHAN_CANCELED',
          before: decided,
          after: { canceled: true, by },
        });
      }
    });
    if (answer.outcome === 'gone') throw gone(exchangeOrderId);
    return decided;
  }

  async #orphan(
    userId: number,
    { accountId, market, exchangeOrderId }: OrphanRequest,
  ): Promise<ForeignOrderRow> {
    const { manager } = this.#dataSource;
    if ((await new AccountRepository(manager).find(userId, accountId)) === null)
      throw accountNotFound(accountId);
    const row = await manager.findOneBy(ForeignOrderRowEntity, { accountId, market, exchangeOrderId });
    if (row === null || !row.isOrphan)
      throw new GridfleetError('NOT_FOUND', `There is no orphan ${exchangeOrderId} on account ${accountId}`);
    if (row.goneAt !== null) throw gone(exchangeOrderId);
    return row;
  }

  async #decide(row: ForeignOrderRow, decision: 'adopt' | 'cancel', by: string): Promise<ForeignOrder> {
    const { accountId, market, exchangeOrderId } = row;
    const change = { decision, decidedBy: by };
    await this.#dataSource.manager.update(
      ForeignOrderRowEntity,
      { accountId, market, exchangeOrderId },
      change,
    );
    return foreignOrderDto({ ...row, ...change });
  }
}

function gone(exchangeOrderId: string): GridfleetError {
  return new GridfleetError('ORPHAN_GONE', `Order ${exchangeOrderId} is not open any more`);
}
