import type { DataSource } from 'typeorm';
import {
  AccountRepository,
  RunRepository,
  StrategyRepository,
  type AccountRow,
  type CredentialCipher,
} from '@gridfleet/shared/infra';
import {
  GridfleetError,
  type Account,
  type AccountCreate,
  type AccountUpdate,
} from '@gridfleet/shared/schema';
import { accountDto } from './account-dto.js';
import { sealCredentials, type CredentialCheck } from './credential-check.js';
import { checkCredentialFields, venueDefinition } from './venues.js';

export interface AccountServiceDeps {
  dataSource: DataSource;
  cipher: CredentialCipher;
  credentialCheck: CredentialCheck;
  simUrl: string | null;
}

/** An account whose verification a dead process left behind is removed after this long. */
const UNVERIFIED_MAX_AGE_MS = 5 * 60 * 1000;

export function accountNotFound(id: number): GridfleetError {
  return new GridfleetError('NOT_FOUND', `There is no account ${id}`);
}

/** Use cases around accounts. Secrets go in and never come out. */
export class AccountService {
  readonly #deps: AccountServiceDeps;

  constructor(deps: AccountServiceDeps) {
    this.#deps = deps;
  }

  get #accounts(): AccountRepository {
    return new AccountRepository(this.#deps.dataSource.manager);
  }

  async list(userId: number): Promise<Account[]> {
    const rows = await this.#accounts.list(userId);
    const names = await this.#accounts.credentialNames(rows.map((row) => row.id));
    return rows.map((row) => accountDto(row, names.get(row.id) ?? []));
  }

  /** @throws GridfleetError NOT_FOUND */
  async get(userId: number, id: number): Promise<Account> {
    const row = await this.#accounts.find(userId, id);
    if (row === null) throw accountNotFound(id);
    const names = await this.#accounts.credentialNames([id]);
    return accountDto(row, names.get(id) ?? []);
  }

  /** Stores the account only when the venue accepts its credentials. */
  async create(userId: number, body: AccountCreate): Promise<Account> {
    const { label, venue, environment, credentials } = body;
    const definition = venueDefinition(venue, environment, this.#deps.simUrl);
    checkCredentialFields(definition, credentials);
    const candidate = {
      account: { userId, label: label.trim(), venue, environment },
      credentials,
      keyField: definition.keyField,
    };
    const id = await this.#deps.credentialCheck.run(candidate, async (accountId) => {
      if (!(await this.#accounts.markVerified(accountId))) {
        throw new GridfleetError('VENUE_UNAVAILABLE', 'The exchange took too long to verify the credentials');
      }
      return accountId;
    });
    return this.get(userId, id);
  }

  /** @throws GridfleetError NOT_FOUND, ACCOUNT_IN_USE (new credentials while a strategy runs), CREDENTIALS_REFUSED, … */
  async update(userId: number, id: number, body: AccountUpdate): Promise<Account> {
    const { credentials, label, isActive, orphanPolicy } = body;
    const change = {
      ...(label === undefined ? {} : { label: label.trim() }),
      ...(isActive === undefined ? {} : { isActive }),
      ...(orphanPolicy === undefined ? {} : { orphanPolicy }),
    };
    if (credentials === undefined) {
      if ((await this.#accounts.find(userId, id)) === null) throw accountNotFound(id);
      await this.#accounts.update(id, change);
    } else {
      await this.#rotate(userId, id, credentials, change);
    }
    return this.get(userId, id);
  }

  async #rotate(
    userId: number,
    id: number,
    credentials: Readonly<Record<string, string>>,
    change: Partial<Pick<AccountRow, 'label' | 'isActive' | 'orphanPolicy'>>,
  ): Promise<void> {
    const { dataSource, cipher, credentialCheck, simUrl } = this.#deps;
    const row = await this.#accounts.find(userId, id);
    if (row === null) throw accountNotFound(id);
    const { venue, environment, label } = row;
    const definition = venueDefinition(venue, environment, simUrl);
    checkCredentialFields(definition, credentials);
    await refuseWhileRunning(
      new StrategyRepository(dataSource.manager),
      new RunRepository(dataSource.manager),
      id,
    );
    const candidate = {
      account: { userId, label, venue, environment },
      credentials,
      keyField: definition.keyField,
    };
    await credentialCheck.run(candidate, (candidateId, fingerprint) =>
      dataSource.transaction(async (tx) => {
        const accounts = new AccountRepository(tx);
        if ((await accounts.lock(userId, id)) === null) throw accountNotFound(id);
        await refuseWhileRunning(new StrategyRepository(tx), new RunRepository(tx), id);
        await accounts.replaceCredentials(id, sealCredentials(cipher, id, credentials));
        await accounts.update(id, { ...change, fingerprint });
        await accounts.purgeUnverified(candidateId);
      }),
    );
  }

  /** Hides the account and removes its secrets for good. @throws GridfleetError NOT_FOUND, ACCOUNT_IN_USE */
  async delete(userId: number, id: number): Promise<void> {
    await this.#deps.dataSource.transaction(async (tx) => {
      const accounts = new AccountRepository(tx);
      if ((await accounts.lock(userId, id)) === null) throw accountNotFound(id);
      const users = await new StrategyRepository(tx).usingAccount(id);
      if (users.length > 0) throw inUse('is used by', users);
      await accounts.softDelete(id);
    });
  }

  /** @returns how many half-made accounts were removed. */
  sweep(now: Date): Promise<number> {
    return this.#accounts.sweepUnverified(new Date(now.getTime() - UNVERIFIED_MAX_AGE_MS));
  }
}

function inUse(how: string, strategies: readonly { id: number; name: string }[]): GridfleetError {
  const names = strategies.map(({ id, name }) => `${name} (${id})`).join(', ');
  return new GridfleetError('ACCOUNT_IN_USE', `The account ${how} ${names}`);
}

async function refuseWhileRunning(
  strategies: StrategyRepository,
  runs: RunRepository,
  accountId: number,
): Promise<void> {
  const running = [];
  for (const strategy of await strategies.usingAccount(accountId)) {
    if (strategy.desiredState === 'running' || (await runs.hasUnfinished(strategy.id)))
      running.push(strategy);
  }
  if (running.length > 0) throw inUse('is traded by', running);
}
