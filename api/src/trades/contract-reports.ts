import type { DataSource } from 'typeorm';
import { fundingTotals, listForeignTrades, listFunding, type PageOf } from '@gridfleet/shared/infra';
import type { ForeignTrade, ForeignTradesQuery, FundingPage, FundingQuery } from '@gridfleet/shared/schema';
import { foreignCursor } from '../http/paging.js';
import { resolveScope } from './trade-scope.js';

const DEFAULT_LIMIT = 100;

/** What happens to contracts beside our own trades: funding, and trades of others. */
export class ContractReports {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Newest first. @throws GridfleetError VALIDATION_FAILED, NOT_FOUND */
  async funding(userId: number, query: FundingQuery): Promise<FundingPage> {
    const { limit = DEFAULT_LIMIT, cursor, ...filter } = query;
    const { scope } = await resolveScope(this.#dataSource, userId, filter);
    const { manager } = this.#dataSource;
    const [page, totals] = await Promise.all([
      listFunding(manager, scope, { limit, cursor }),
      fundingTotals(manager, scope),
    ]);
    if (page === null) throw foreignCursor();
    return { ...page, totals };
  }

  /** Newest first. @throws GridfleetError VALIDATION_FAILED */
  async foreignTrades(userId: number, query: ForeignTradesQuery): Promise<PageOf<ForeignTrade>> {
    const { limit = DEFAULT_LIMIT, cursor, ...filter } = query;
    const { scope } = await resolveScope(this.#dataSource, userId, filter);
    const page = await listForeignTrades(this.#dataSource.manager, scope, { limit, cursor });
    if (page === null) throw foreignCursor();
    return page;
  }
}
