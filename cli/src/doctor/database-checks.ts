import {
  assertMigrated,
  CredentialCipher,
  cipherKeys,
  connectDatabase,
  type Config,
} from '@gridfleet/shared/infra';
import type { DataSource } from 'typeorm';
import { compareVersions, fail, ok, warn, type Finding } from './finding.js';

const QUERY_MS = 5_000;
/** As exchanges judge a request's time: half a second off is an alarm. */
const CLOCK_MS = 500;
const OLDEST = { mysql: '8.0.0', mariadb: '10.6.0' } as const;

/** MySQL from the outside in: reachable, new enough, migrated, in time, and readable with our key. */
export async function checkDatabase(config: Config): Promise<Finding[]> {
  let source: DataSource;
  try {
    source = await connectDatabase(config.databaseUrl, 1, QUERY_MS);
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    return [
      fail('MySQL', says, 'Start the server, and check host, user, password and name in DATABASE_URL.'),
    ];
  }
  try {
    const findings = [await version(source), await clock(source), await schema(source)];
    if (findings.some(({ verdict }) => verdict === 'fail')) return findings;
    return [...findings, await rights(source), await keys(source, config), await tradingState(source)];
  } finally {
    await source.destroy();
  }
}

async function version(source: DataSource): Promise<Finding> {
  const [row]: { v: string }[] = await source.query('SELECT VERSION() AS v');
  const text = row?.v ?? '';
  const kind = /mariadb/i.test(text) ? 'mariadb' : 'mysql';
  return compareVersions(text, OLDEST[kind]) >= 0
    ? ok('MySQL', text)
    : fail('MySQL', `${text} is too old`, 'Use MySQL 8 or MariaDB 10.6 and newer.');
}

async function clock(source: DataSource): Promise<Finding> {
  const before = Date.now();
  const [row]: { now: string }[] = await source.query(
    "SELECT DATE_FORMAT(UTC_TIMESTAMP(3), '%Y-%m-%dT%H:%i:%s.%fZ') AS now",
  );
  const after = Date.now();
  const middle = (before + after) / 2;
  const off = Math.round(Math.abs(Date.parse((row?.now ?? '').replace(/(\.\d{3})\d*Z$/, '$1Z')) - middle));
  const margin = CLOCK_MS + (after - before) / 2;
  return off <= margin
    ? ok('clock', `${off} ms from the database's, whose answer took ${after - before} ms`)
    : fail(
        'clock',
        `${off} ms from the database's`,
        'Synchronise the clocks of all machines (NTP): exchanges refuse orders of a wrong time.',
      );
}

async function schema(source: DataSource): Promise<Finding> {
  try {
    await assertMigrated(source);
    return ok('schema', 'current');
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    return fail('schema', says, 'Run: gridfleet migrate');
  }
}

/** What migrations and nodes need; a transaction that is rolled back leaves nothing. */
async function rights(source: DataSource): Promise<Finding> {
  try {
    await source.query('CREATE TEMPORARY TABLE gridfleet_doctor (id INT)');
    await source.query('DROP TEMPORARY TABLE gridfleet_doctor');
    await source.query('UPDATE installation SET trading_state = trading_state WHERE id = 1');
    return ok('rights', 'tables can be made and written');
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    return fail('rights', says, 'Grant the user all privileges on its own database.');
  }
}

async function keys(source: DataSource, config: Config): Promise<Finding> {
  const cipher = new CredentialCipher(...cipherKeys(config));
  const rows: { key_id: string; n: string }[] = await source.query(
    'SELECT key_id, COUNT(*) AS n FROM account_credential GROUP BY key_id',
  );
  const opened = new Set(
    [config.encryptionKey, config.encryptionKeyOld]
      .filter((key) => key !== null)
      .map((key) => new CredentialCipher(key).keyId),
  );
  const foreign = rows.filter(({ key_id: id }) => !opened.has(id));
  if (foreign.length > 0)
    return fail(
      'encryption key',
      `${foreign.reduce((sum, { n }) => sum + Number(n), 0)} secrets are sealed with another key`,
      'Set the ENCRYPTION_KEY they were stored with, or as ENCRYPTION_KEY_OLD and run: gridfleet rotate-keys',
    );
  const old = rows.some(({ key_id: id }) => id !== cipher.keyId);
  return old
    ? warn('encryption key', 'some secrets are still sealed with the old key', 'Run: gridfleet rotate-keys')
    : ok('encryption key', 'opens every stored secret');
}

async function tradingState(source: DataSource): Promise<Finding> {
  const [row]: { state: string; message: string | null }[] = await source.query(
    'SELECT trading_state AS state, trading_reason_message AS message FROM installation WHERE id = 1',
  );
  const state = row?.state ?? 'unknown';
  return state === 'ACTIVE'
    ? ok('trading state', state)
    : warn(
        'trading state',
        `${state}: ${row?.message ?? 'no reason given'}`,
        'When that is over, run: gridfleet resume',
      );
}
