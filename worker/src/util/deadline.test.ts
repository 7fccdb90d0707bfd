import { createServer, connect, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { DeadlineError, withDeadline } from './deadline.js';

/** Computes and does nothing else. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('a deadline', () => {
  it('gives up work that does not end', async () => {
    const never = new Promise<never>(() => undefined);
    await expect(withDeadline(never, 5, 'waiting')).rejects.toThrow(DeadlineError);
  });

  it('counts an answer that came while this process was busy', async () => {
    const server = createServer((peer) =>
      peer.once('data', () => {
        peer.write('pong');
        block(400);
      }),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const answer = new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
    socket.write('ping');
    await expect(withDeadline(answer, 200, 'an answer')).resolves.toBe('pong');
    socket.destroy();
    server.close();
  });
});
