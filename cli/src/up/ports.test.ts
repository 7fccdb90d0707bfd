import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { UserError } from '../user-error.js';
import { choosePorts } from './ports.js';

const servers: Server[] = [];

async function occupy(port: number): Promise<void> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

describe('the ports of a start', () => {
  test('stay those of the last start', async () => {
    const first = await choosePorts({});
    expect(await choosePorts(first)).toEqual(first);
  });

  test('are all different', async () => {
    const ports = Object.values(await choosePorts({}));
    expect(new Set(ports).size).toBe(ports.length);
  });

  test('change only where another program has taken one meanwhile', async () => {
    const first = await choosePorts({});
    await occupy(first.redis);
    const second = await choosePorts(first);
    expect(second).toMatchObject({ mariadb: first.mariadb, sim: first.sim, api: first.api });
    expect(second.redis).not.toBe(first.redis);
  });

  test('follow the user’s choice for the UI, over the saved one', async () => {
    const { sim } = await choosePorts({});
    expect((await choosePorts({ api: 8420 }, sim)).api).toBe(sim);
  });

  test('are refused when the user’s choice is taken', async () => {
    const { sim } = await choosePorts({});
    await occupy(sim);
    await expect(choosePorts({}, sim)).rejects.toThrow(UserError);
  });
});
