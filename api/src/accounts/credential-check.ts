import type { DataSource } from 'typeorm';
import {
  AccountRepository,
  credentialBinding,
  credentialFingerprint,
  type CredentialCipher,
  type NewAccount,
  type SealedSecret,
} from '@gridfleet/shared/infra';
import { GridfleetError, type VenueQueryFailure } from '@gridfleet/shared/schema';
import type { VenueQueryClient } from '../venue-queries/client.js';

export type Credentials = Readonly<Record<string, string>>;

/** Each secret is bound to the account and the field it belongs to. */
export function sealCredentials(
  cipher: CredentialCipher,
  accountId: number,
  credentials: Credentials,
): Map<string, SealedSecret> {
  return new Map(
    Object.entries(credentials).map(([name, secret]) => [
      name,
      cipher.seal(secret, credentialBinding(accountId, name)),
    ]),
  );
}

export interface Candidate {
  account: Omit<NewAccount, 'fingerprint'>;
  credentials: Credentials;
  /** Name of the credential that identifies the account at the venue. */
  keyField: string;
  /** Whether a key that may withdraw is taken. */
  allowWithdrawals: boolean;
}

/** Tries credentials at their venue before anything of them stays. */
export class CredentialCheck {
  readonly #dataSource: DataSource;
  readonly #cipher: CredentialCipher;
  readonly #venueQueries: VenueQueryClient;

  constructor(dataSource: DataSource, cipher: CredentialCipher, venueQueries: VenueQueryClient) {
    this.#dataSource = dataSource;
    this.#cipher = cipher;
    this.#venueQueries = venueQueries;
  }

  /**
   * Stores the candidate as an unverified account, has a node try it, and calls `accept` with its id. Whatever goes
   * wrong before `accept` has returned removes the row and its secrets physically.
   * @throws GridfleetError CREDENTIALS_REFUSED, WITHDRAWAL_PERMISSION, NO_NODE_AVAILABLE, VENUE_UNAVAILABLE
   */
  async run<T>(
    candidate: Candidate,
    accept: (accountId: number, fingerprint: string) => Promise<T>,
  ): Promise<T> {
    const { account, credentials, keyField, allowWithdrawals } = candidate;
    const fingerprint = credentialFingerprint(
      account.venue,
      account.environment,
      credentials[keyField] ?? '',
    );
    const id = await this.#dataSource.transaction(async (tx) => {
      const accounts = new AccountRepository(tx);
      const inserted = await accounts.insertUnverified({ ...account, fingerprint });
      await accounts.replaceCredentials(inserted, sealCredentials(this.#cipher, inserted, credentials));
      return inserted;
    });
    try {
      const answer = await this.#venueQueries.ask('verify-credentials', { accountId: id });
      if (!answer.ok) throw refusal(answer, keyField, credentials);
      const key = await this.#venueQueries.ask('key-permissions', { accountId: id });
      if (!key.ok) throw refusal(key, keyField, credentials);
      if (key.permissions?.canWithdraw === true && !allowWithdrawals) throw withdrawalRefused(keyField);
      return await accept(id, fingerprint);
    } catch (error) {
      await new AccountRepository(this.#dataSource.manager).purgeUnverified(id);
      throw error;
    }
  }
}

function refusal(failure: VenueQueryFailure, keyField: string, credentials: Credentials): GridfleetError {
  if (failure.code !== 'CREDENTIALS_REFUSED') return new GridfleetError('VENUE_UNAVAILABLE', failure.message);
  const named = failure.field !== undefined && failure.field in credentials ? failure.field : keyField;
  const detail = { field: `body.credentials.${named}`, code: failure.code, message: failure.message };
  return new GridfleetError('CREDENTIALS_REFUSED', 'The exchange refused the credentials', [detail]);
}

function withdrawalRefused(keyField: string): GridfleetError {
  const message = 'The key may withdraw, which trading does not need';
  return new GridfleetError('WITHDRAWAL_PERMISSION', message, [
    { field: `body.credentials.${keyField}`, code: 'WITHDRAWAL_PERMISSION', message: `${message}.` },
  ]);
}
