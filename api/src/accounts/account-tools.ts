import type { DataSource } from 'typeorm';
import { dec, decStr, heldMarket, marginAsset, needOf, ZERO } from '@gridfleet/shared/domain';
import {
  AccountCredentialEntity,
  AccountRepository,
  credentialBinding,
  OrderRowEntity,
  StrategyRowEntity,
  type AccountRow,
  type CredentialCipher,
} from '@gridfleet/shared/infra';
import type {
  Account,
  AccountBalance,
  AccountCopy,
  CredentialTest,
  TradingFee,
} from '@gridfleet/shared/schema';
import { In } from 'typeorm';
import type { VenueQueryClient } from '../venue-queries/client.js';
import { accountNotFound, type AccountService } from './account-service.js';
import { failureError, type AccountVenue } from './account-venue.js';

export interface AccountToolsDeps {
  dataSource: DataSource;
  cipher: CredentialCipher;
  accounts: AccountService;
  accountVenue: AccountVenue;
  venueQueries: VenueQueryClient;
}

/** Quotes shown first in a list of markets. */
const FIRST_QUOTES = ['USDT', 'USDC', 'BTC'];

/** What one does with an account beside changing it. */
export class AccountTools {
  readonly #deps: AccountToolsDeps;

  constructor(deps: AccountToolsDeps) {
    this.#deps = deps;
  }

  /** Another account with the same credentials, tried at its venue first. @throws GridfleetError as AccountService.create */
  async copy(userId: number, id: number, { label, venue, environment }: AccountCopy): Promise<Account> {
    const { accounts, dataSource, cipher } = this.#deps;
    const row = await this.#row(userId, id);
    const sealed = await dataSource.manager.findBy(AccountCredentialEntity, { accountId: id });
    const credentials = Object.fromEntries(
      sealed.map((one) => [one.name, cipher.open(one, credentialBinding(id, one.name))]),
    );
    const suffix = venue === undefined ? 'copy' : venue;
    return accounts.create(userId, {
      label: label ?? `${row.label.slice(0, 100 - suffix.length - 3)} (${suffix})`,
      venue: venue ?? row.venue,
      environment: environment ?? row.environment,
      credentials,
    });
  }

  /** @throws GridfleetError NOT_FOUND, NO_NODE_AVAILABLE; what the exchange says is an answer. */
  async test(userId: number, id: number): Promise<CredentialTest> {
    await this.#row(userId, id);
    const answer = await this.#deps.venueQueries.ask('verify-credentials', { accountId: id });
    const checkedAt = new Date().toISOString();
    if (!answer.ok) {
      const { code, message } = answer;
      return { ok: false, reason: { code, message }, permissions: null, checkedAt };
    }
    const more = await this.#deps.venueQueries.ask('key-permissions', { accountId: id });
    // An exchange that does not answer this now has taken the credentials all the same.
    return { ok: true, reason: null, permissions: more.ok ? more.permissions : null, checkedAt };
  }

  /** Symbols that can be traded now, those in stablecoins first, then by name. */
  async symbols(userId: number, id: number): Promise<string[]> {
    const markets = await this.#deps.accountVenue.markets(userId, id);
    const rank = (quote: string): number => {
      const place = FIRST_QUOTES.indexOf(quote);
      return place === -1 ? FIRST_QUOTES.length : place;
    };
    return markets
      .filter(({ active }) => active)
      .sort(
        (a, b) => rank(a.quote) - rank(b.quote) || compare(a.quote, b.quote) || compare(a.symbol, b.symbol),
      )
      .map(({ symbol }) => symbol);
  }

  async tradingFee(userId: number, id: number, market: string): Promise<TradingFee> {
    await this.#row(userId, id);
    const answer = await this.#deps.venueQueries.ask('leg-context', { accountId: id, market });
    if (!answer.ok) throw failureError(answer, { MARKET_UNKNOWN: 'query.market' });
    return { market, maker: answer.makerRate, taker: answer.takerRate };
  }

  /** Balances at the exchange now, and which strategies' orders need how much of them. */
  async balances(userId: number, id: number): Promise<AccountBalance[]> {
    const balances = await this.#deps.accountVenue.balances(userId, id);
    const needs = await this.#needs(id);
    return balances.map((balance) => {
      const reservedBy = needs.get(balance.asset) ?? [];
      const reserved = reservedBy.reduce((sum, { amount }) => sum.plus(amount), ZERO);
      return { ...balance, reserved: decStr(reserved), reservedBy };
    });
  }

  async #needs(accountId: number): Promise<Map<string, AccountBalance['reservedBy']>> {
    const { manager } = this.#deps.dataSource;
    const orders = await manager.findBy(OrderRowEntity, { accountId, isFinal: false });
    const strategies = await manager.find(StrategyRowEntity, {
      select: { id: true, name: true },
      where: { id: In([...new Set(orders.map((order) => order.strategyId))]) },
    });
    const names = new Map(strategies.map((row) => [row.id, row.name]));
    const sums = new Map<string, Map<number, string>>();
    for (const order of orders) {
      const { resource, amount } = needOf(heldMarket(order.market), order);
      // A margin is named after its asset, too.
      const asset = marginAsset(resource) ?? resource;
      const ofAsset = sums.get(asset) ?? new Map<number, string>();
      sums.set(asset, ofAsset);
      ofAsset.set(order.strategyId, decStr(dec(ofAsset.get(order.strategyId) ?? '0').plus(amount)));
    }
    return new Map(
      [...sums].map(([asset, ofAsset]) => [
        asset,
        [...ofAsset]
          .filter(([, amount]) => !dec(amount).isZero())
          .map(([strategyId, amount]) => ({ strategyId, name: names.get(strategyId) ?? '', amount })),
      ]),
    );
  }

  async #row(userId: number, id: number): Promise<AccountRow> {
    const row = await new AccountRepository(this.#deps.dataSource.manager).find(userId, id);
    if (row === null) throw accountNotFound(id);
    return row;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
