import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
const CONNECT_TIMEOUT_MS = 10_000;
async function run(serverUrl, sql) {
  const connection = await createConnection({ uri: serverUrl, connectTimeout: CONNECT_TIMEOUT_MS });
  try {
    await connection.query({ sql, timeout: CONNECT_TIMEOUT_MS });
  } finally {
    await connection.end();
  }
}
/** Creates an empty database with a random name on the test run's server. */
export async function createTestDatabase(serverUrl = process.env['DATABASE_URL']) {
  if (!serverUrl)
    throw new Error('DATABASE_URL is not set: run this test in the project "integration" or "e2e".');
  const name = `gridfleet_test_${randomBytes(6).toString('hex')}`;
  await run(serverUrl, `CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, name, drop: () => run(serverUrl, `DROP DATABASE IF EXISTS ${name}`) };
}
//# sourceMappingURL=database.js.map
