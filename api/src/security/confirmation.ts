import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { UserEntity } from '@gridfleet/shared/infra';
import { GridfleetError, type TradingPasswordChange } from '@gridfleet/shared/schema';
import type { Requester } from '../http/identity.js';

const KEY_BYTES = 32;
/** About 50 ms and 32 MB for one try. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const;

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, COST, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `scrypt$${salt.toString('base64')}$${(await derive(password, salt)).toString('base64')}`;
}

async function matches(password: string, stored: string): Promise<boolean> {
  const [, salt = '', key = ''] = stored.split('$');
  const expected = Buffer.from(key, 'base64');
  const given = await derive(password, Buffer.from(salt, 'base64'));
  return expected.length === given.length && timingSafeEqual(expected, given);
}

export interface Confirmed {
  confirmation?: string | undefined;
  tradingPassword?: string | undefined;
}

/** Makes sure that somebody means it, before orders by hand and before the platform is halted. */
export class Confirmations {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /**
   * @param userId the person's own id
   * @param phrase what has to be typed by whoever has no trading password, e.g. "HALT PLATFORM"
   * @throws GridfleetError CONFIRMATION_REQUIRED
   */
  async require(userId: number, { confirmation, tradingPassword }: Confirmed, phrase: string): Promise<void> {
    const user = await this.#dataSource.manager.findOneByOrFail(UserEntity, { id: userId });
    if (user.tradingPassword === null) {
      if (confirmation === phrase) return;
      throw refused('body.confirmation', `Type "${phrase}" as confirmation`);
    }
    if (tradingPassword !== undefined && (await matches(tradingPassword, user.tradingPassword))) return;
    throw refused('body.tradingPassword', 'The trading password is missing or wrong');
  }

  /**
   * As `require`, of people only: who gave a program a token with a scope has decided what it may do, and a program that
   * repeats a phrase proves nothing.
   */
  async requireOfPerson({ id, scopes }: Requester, given: Confirmed, phrase: string): Promise<void> {
    if (scopes === null) await this.require(id, given, phrase);
  }

  /** @throws GridfleetError CONFIRMATION_REQUIRED when the present password is not given. */
  async setPassword(userId: number, { password, current }: TradingPasswordChange): Promise<void> {
    const { manager } = this.#dataSource;
    const user = await manager.findOneByOrFail(UserEntity, { id: userId });
    if (user.tradingPassword !== null && !(await matches(current ?? '', user.tradingPassword))) {
      throw refused('body.current', 'The present trading password is missing or wrong');
    }
    const tradingPassword = password === null ? null : await hashPassword(password);
    await manager.update(UserEntity, { id: userId }, { tradingPassword });
  }
}

function refused(field: string, message: string): GridfleetError {
  return new GridfleetError('CONFIRMATION_REQUIRED', message, [
    { field, code: 'CONFIRMATION_REQUIRED', message: `${message}.` },
  ]);
}
