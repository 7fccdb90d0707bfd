import { createServer } from 'node:http';
import { startSimulator, type AccountSpec } from '@gridfleet/sim';
import { WebSocketServer } from 'ws';

/** What the measuring process asks its server process to run. */
export interface ServerTask {
  kind: 'simulator' | 'http-echo' | 'ws-echo';
  accounts: AccountSpec[];
  speed: number;
}

/** Where the server listens. */
export interface ServerReady {
  port: number;
}

/** Its answer to the message `cpu`: CPU time used so far, µs. */
export interface ServerCpu {
  cpuUs: number;
}

const NO_LIMITS = { weightPerMinute: 1e9, ordersPer10s: 1e9, ordersPerDay: 1e9 };

/** A bare HTTP server that answers what it was sent: the yardstick of order placement. */
function httpEcho(): Promise<number> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => response.end(Buffer.concat(chunks)));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}

/** A bare WebSocket server that sends every message to everybody: the yardstick of the streams. */
function webSocketEcho(): Promise<number> {
  return new Promise((resolve) => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
    server.on('connection', (sender) => {
      sender.on('message', (data: Buffer) => {
        const text = data.toString('utf8');
        for (const client of server.clients) client.send(text);
      });
    });
  });
}

async function serve(task: ServerTask): Promise<number> {
  if (task.kind === 'http-echo') return httpEcho();
  if (task.kind === 'ws-echo') return webSocketEcho();
  const { accounts, speed } = task;
  const simulator = await startSimulator({ accounts, speed, loop: true, limits: NO_LIMITS });
  return simulator.port;
}

process.on('message', (task: ServerTask | 'cpu') => {
  if (task === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuUs: user + system } satisfies ServerCpu);
    return;
  }
  serve(task).then(
    (port) => process.send?.({ port } satisfies ServerReady),
    (error: unknown) => {
      process.stderr.write(`bench server: ${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
