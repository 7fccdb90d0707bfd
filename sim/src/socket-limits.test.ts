import { afterEach, describe, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from './index.js';
import type { SocketLimits } from './server/socket-limits.js';
import { StreamClient } from './testing/stream-client.js';
import { waitUntil } from './testing/wait-until.js';

vi.setConfig({ testTimeout: 20_000 });

let simulator: Simulator | undefined;

afterEach(() => simulator?.close());

async function start(socketLimits: Partial<SocketLimits> = {}): Promise<Simulator> {
  simulator = await startSimulator({ paused: true, socketLimits });
  return simulator;
}

const LIST = JSON.stringify({ method: 'LIST_SUBSCRIPTIONS', id: 1 });

async function closedAfter(client: StreamClient, frames: number, send: () => void): Promise<void> {
  for (let count = 0; count < frames; count++) send();
  await waitUntil('the end of the connection', () => client.closed);
  expect(client.code).toBe(1008);
}

describe('frames of one connection', () => {
  it('may be five in a second on a spot stream; the sixth ends the connection', async () => {
    const client = await StreamClient.connect(await start(), '/ws/btcusdt@trade');
    await closedAfter(client, 6, () => client.ws.send(LIST));
    expect(client.messages().length).toBeGreaterThanOrEqual(5);
  });

  it('may be ten on a futures stream', async () => {
    const running = await start();
    const client = await StreamClient.connect(running, '/fstream/ws/btcusdt@trade');
    for (let count = 0; count < 10; count++) client.ws.send(LIST);
    await waitUntil('all answers', () => client.messages().length >= 10);
    expect(client.closed).toBe(false);
    await closedAfter(client, 10, () => client.ws.send(LIST));
  });

  it('count pings and pongs, on the WebSocket API these alone', async () => {
    const client = await StreamClient.connect(await start(), '/ws-api/v3');
    for (let id = 0; id < 20; id++) client.ws.send(JSON.stringify({ id, method: 'ping' }));
    await waitUntil('all answers', () => client.messages().length === 20);
    expect(client.closed).toBe(false);
    let turn = 0;
    await closedAfter(client, 6, () => (turn++ % 2 === 0 ? client.ws.ping() : client.ws.pong()));
  });

  it('are counted anew in the next second', async () => {
    const client = await StreamClient.connect(await start(), '/ws/btcusdt@trade');
    for (let round = 1; round <= 2; round++) {
      const sent = performance.now();
      for (let count = 0; count < 4; count++) client.ws.send(LIST);
      await waitUntil('the answers', () => client.messages().length >= 4 * round);
      await waitUntil('the next second', () => performance.now() > sent + 1500);
    }
    expect(client.closed).toBe(false);
  });
});

describe('connections of one address', () => {
  it('are refused beyond the limit, by venue', async () => {
    const running = await start({ connections: 2 });
    const open = [
      await StreamClient.connect(running, '/ws/btcusdt@trade'),
      await StreamClient.connect(running, '/ws-api/v3'),
    ];
    await expect(StreamClient.connect(running, '/ws/btcusdt@trade')).rejects.toThrow('429');
    open.push(await StreamClient.connect(running, '/fstream/ws/btcusdt@trade'));
    for (const client of open) expect(client.closed).toBe(false);
  });
});
