import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../user-error.js';
import type { Home } from './home.js';
import { readJson, writeJson } from './json-file.js';

/** Generated once and kept in a file only its owner can read. All are letters and digits. */
export interface Secrets {
  redisPassword: string;
  mariadbPassword: string;
  /** 32 bytes as hex: encrypts exchange keys at rest. Losing it loses the stored keys. */
  encryptionKey: string;
  demoApiKey: string;
  demoApiSecret: string;
}

function generate(): Secrets {
  const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
  return {
    redisPassword: hex(24),
    mariadbPassword: hex(24),
    encryptionKey: hex(32),
    demoApiKey: hex(32),
    demoApiSecret: hex(32),
  };
}

function isSecrets(value: unknown): value is Secrets {
  const fields = Object(value) as Record<string, unknown>;
  return Object.keys(generate()).every((name) => {
    const secret = fields[name];
    return typeof secret === 'string' && /^[0-9A-Za-z]+$/.test(secret);
  });
}

/**
 * The secrets of this installation, generated at the first start.
 * @throws UserError when they are gone although data exists that was encrypted with them
 */
export function loadSecrets(home: Pick<Home, 'secrets' | 'mariadb'>): Secrets {
  const saved = readJson(home.secrets);
  if (isSecrets(saved)) return saved;
  if (saved !== undefined) {
    throw new UserError(
      `${home.secrets} lacks a secret: restore it, or start over with "npm start -- --fresh".`,
    );
  }
  if (existsSync(join(home.mariadb, 'data'))) {
    throw new UserError(
      `${home.secrets} is missing, so the stored exchange keys cannot be read: restore it, or start over with "npm start -- --fresh".`,
    );
  }
  const secrets = generate();
  writeJson(home.secrets, secrets, 0o600);
  return secrets;
}
