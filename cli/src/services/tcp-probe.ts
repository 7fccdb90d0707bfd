import { createConnection } from 'node:net';

/** One probe may take this long; the servers are on loopback and answer within milliseconds. */
const PROBE_TIMEOUT_MS = 1_000;

/**
 * Connects to a loopback port, sends `request`, and reports whether `accepts` recognises what comes back.
 * Never rejects: refused, reset or silent all mean "not ready".
 */
export function probe(port: number, request: string, accepts: (reply: Buffer) => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    let reply = Buffer.alloc(0);
    const socket = createConnection({ port, host: '127.0.0.1' });
    const finish = (ready: boolean): void => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () => finish(false));
    socket.on('connect', () => {
      if (request !== '') socket.write(request);
    });
    socket.on('data', (chunk) => {
      reply = Buffer.concat([reply, chunk]);
      if (accepts(reply)) finish(true);
    });
    socket.on('error', () => finish(false));
    socket.on('close', () => resolve(false));
  });
}

/** Redis answers PONG once its data set is loaded; before that it answers LOADING. */
export function redisAnswers(port: number, password: string): Promise<boolean> {
  return probe(port, `AUTH ${password}\r\nPING\r\n`, (reply) => reply.toString('latin1').includes('+PONG'));
}

/** MySQL's protocol: the server speaks first, a 4-byte packet header and then protocol version 10. */
export function mysqlAnswers(port: number): Promise<boolean> {
  return probe(port, '', (reply) => reply.length >= 5 && reply[4] === 10);
}
