import type { DataSource } from 'typeorm';
import { AccountRepository } from '@gridfleet/shared/infra';
import {
  GridfleetError,
  type Balance,
  type MarketQuote,
  type MarketRules,
  type VenueQueryFailure,
} from '@gridfleet/shared/schema';
import type { VenueQueryClient } from '../venue-queries/client.js';
import { accountNotFound } from './account-service.js';

/** What an account's venue says, asked through a node. */
export class AccountVenue {
  readonly #dataSource: DataSource;
  readonly #venueQueries: VenueQueryClient;

  constructor(dataSource: DataSource, venueQueries: VenueQueryClient) {
    this.#dataSource = dataSource;
    this.#venueQueries = venueQueries;
  }

  async balances(userId: number, accountId: number): Promise<Balance[]> {
    await this.#mustExist(userId, accountId);
    const answer = await this.#venueQueries.ask('balances', { accountId });
    if (!answer.ok) throw failureError(answer);
    return answer.items;
  }

  async markets(userId: number, accountId: number): Promise<MarketRules[]> {
    await this.#mustExist(userId, accountId);
    const answer = await this.#venueQueries.ask('markets', { accountId });
    if (!answer.ok) throw failureError(answer);
    return answer.items;
  }

  async quote(userId: number, accountId: number, market: string): Promise<MarketQuote> {
    await this.#mustExist(userId, accountId);
    const answer = await this.#venueQueries.ask('leg-context', { accountId, market });
    if (!answer.ok) throw failureError(answer, { MARKET_UNKNOWN: 'query.market' });
    const { bid, ask, last, time } = answer;
    return { bid, ask, last, time };
  }

  async #mustExist(userId: number, accountId: number): Promise<void> {
    const row = await new AccountRepository(this.#dataSource.manager).find(userId, accountId);
    if (row === null) throw accountNotFound(accountId);
  }
}

/** A node's failure as an error; `fields` says which part of the request each code is about. */
export function failureError(
  failure: VenueQueryFailure,
  fields: Partial<Record<VenueQueryFailure['code'], string>> = {},
): GridfleetError {
  const { code, message } = failure;
  const field = fields[code];
  return new GridfleetError(code, message, field === undefined ? [] : [{ field, code, message }]);
}
