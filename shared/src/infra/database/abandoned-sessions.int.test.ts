import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDataSource } from './data-source.js';
import { endWhenSilent } from './abandoned-sessions.js';

const open = [0, 1].map(() => createDataSource(process.env['DATABASE_URL'] ?? '', 2));
const [frozen, successor] = open;
const TABLE = `abandoned_${process.pid}`;

beforeAll(async () => {
  for (const source of open) await source.initialize();
  await successor?.query(`CREATE TABLE ${TABLE} (id INT PRIMARY KEY, owner TEXT)`);
  await successor?.query(`INSERT INTO ${TABLE} VALUES (1, 'old')`);
});

afterAll(async () => {
  await successor?.query(`DROP TABLE ${TABLE}`);
  for (const source of open) await source.destroy();
});

it('locks of a process that falls silent inside a transaction are free again, and nothing of it is written', async () => {
  if (frozen === undefined || successor === undefined) throw new Error('not connected');
  await endWhenSilent(frozen, 1);
  const runner = frozen.createQueryRunner();
  await runner.startTransaction();
  await runner.query(`UPDATE ${TABLE} SET owner = 'written by the frozen one' WHERE id = 1`);

  const began = performance.now();
  await successor.query(`UPDATE ${TABLE} SET owner = CONCAT(owner, ' and new') WHERE id = 1`);
  expect(performance.now() - began).toBeGreaterThan(500);
  expect(await successor.query(`SELECT owner FROM ${TABLE}`)).toEqual([{ owner: 'old and new' }]);

  // What comes after the thaw is refused, and the pool goes on with another connection.
  await expect(runner.query(`UPDATE ${TABLE} SET owner = 'too late'`)).rejects.toThrow();
  await runner.release();
  expect(await frozen.query(`SELECT owner FROM ${TABLE}`)).toEqual([{ owner: 'old and new' }]);
});
