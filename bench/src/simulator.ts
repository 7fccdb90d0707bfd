import { fork, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startSimulator, type AccountSpec } from '@gridfleet/sim';
import { WebSocket } from 'ws';
import { httpLoad, postText, type Load } from './http-load.js';
import type { ServerReady, ServerTask } from './simulator-server.js';

/** One line of output; `ratio` compares with the bare server of the same run. */
interface SimulatorMeasurement {
  bench: string;
  perSecond: number;
  ratio: number;
  p99Ms?: number;
}

const CONNECTIONS = 16;
const SUBSCRIBERS = 50;
const MEASURE_MS = 3000;
/** Below the 200 open orders a symbol may have. */
const ORDERS_BEFORE_CANCEL = 190;
const STREAM_SPEED = 200;
const ECHO_WINDOW = 200;

const accounts: AccountSpec[] = Array.from({ length: CONNECTIONS }, (_, index) => ({
  apiKey: `bench-${index}`,
  apiSecret: `secret-${index}`,
  balances: { USDT: '10000000', BTC: '1000' },
  makerRate: '0.0001',
  takerRate: '0.001',
}));

/** Runs a server in a process of its own, so that it has a core to itself, and ends it afterwards. */
async function withServer<T>(task: ServerTask, measure: (port: number) => Promise<T>): Promise<T> {
  const program = fileURLToPath(new URL('./simulator-server.js', import.meta.url));
  const child: ChildProcess = fork(program);
  try {
    child.send(task);
    const [{ port }] = (await once(child, 'message', { signal: AbortSignal.timeout(20_000) })) as [
      ServerReady,
    ];
    return await measure(port);
  } finally {
    child.kill('SIGKILL');
  }
}

function signedPost(account: AccountSpec, path: string, params: string, method = 'POST'): string {
  const body = `${params}&recvWindow=5000&timestamp=${Date.now()}`;
  const signature = createHmac('sha256', account.apiSecret).update(body).digest('hex');
  return postText(path, `${body}&signature=${signature}`, account.apiKey, method);
}

/** Limit orders that rest, spread over 190 prices; each account cancels all of its own when it has 190. */
function orderFlow(path: string): (connection: number) => { text: string; counts: boolean } {
  const placed = new Array<number>(CONNECTIONS).fill(0);
  return (connection) => {
    const account = accounts[connection];
    if (!account) throw new RangeError(`no account for connection ${connection}`);
    const count = placed[connection] ?? 0;
    if (count === ORDERS_BEFORE_CANCEL) {
      placed[connection] = 0;
      const cancelPath = path.replace(/order$/, 'openOrders');
      return { text: signedPost(account, cancelPath, 'symbol=BTCUSDT', 'DELETE'), counts: false };
    }
    placed[connection] = count + 1;
    const price = `${58_000 + count}.${10 + connection}`;
    const order = `symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=${price}`;
    const id = `&newClientOrderId=b-${connection}-${count}&newOrderRespType=FULL`;
    return { text: signedPost(account, path, order + id), counts: true };
  };
}

function task(kind: ServerTask['kind'], speed: number): ServerTask {
  return { kind, accounts, speed };
}

function orderLoad(kind: ServerTask['kind']): Promise<Load> {
  return withServer(task(kind, 1), (port) =>
    httpLoad(port, CONNECTIONS, MEASURE_MS, orderFlow('/api/v3/order')),
  );
}

async function subscribers(port: number, path: string, onMessage: () => void): Promise<WebSocket[]> {
  return Promise.all(
    Array.from({ length: SUBSCRIBERS }, async () => {
      const ws = new WebSocket(`ws://127.0.0.1:${port}${path}`, { perMessageDeflate: false });
      ws.on('message', onMessage);
      await once(ws, 'open', { signal: AbortSignal.timeout(5000) });
      return ws;
    }),
  );
}

/** Messages per second that 50 subscribers receive together. */
async function receivedRate(count: () => number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, MEASURE_MS / 10));
  const before = count();
  const start = performance.now();
  await new Promise((resolve) => setTimeout(resolve, MEASURE_MS));
  return ((count() - before) / (performance.now() - start)) * 1000;
}

function streamRate(): Promise<number> {
  return withServer(task('simulator', STREAM_SPEED), async (port) => {
    let received = 0;
    await subscribers(port, '/ws/btcusdt@bookTicker', () => received++);
    return receivedRate(() => received);
  });
}

/** The echo server sends as fast as the subscribers read: a new message leaves when an old one has arrived. */
function echoRate(): Promise<number> {
  const message = JSON.stringify({
    u: 1_700_000_000_000,
    s: 'BTCUSDT',
    b: '61837.63000000',
    B: '1.23456000',
    a: '61837.64000000',
    A: '0.12345000',
  });
  return withServer(task('ws-echo', 1), async (port) => {
    let received = 0;
    const all = await subscribers(port, '/', () => received++);
    const [sender] = all;
    sender?.on('message', () => sender.send(message));
    for (let count = 0; count < ECHO_WINDOW; count++) sender?.send(message);
    return receivedRate(() => received);
  });
}

/** How many times faster than recorded the bundled session can be played when nobody listens. */
async function replaySpeed(): Promise<{ speed: number; seconds: number }> {
  const simulator = await startSimulator({ paused: true, loop: false });
  const response = await fetch(`${simulator.url}/_sim/status`, { signal: AbortSignal.timeout(5000) });
  const status = (await response.json()) as { replay: { sources: { lengthMs: number }[] } };
  const length = status.replay.sources[0]?.lengthMs ?? 0;
  const start = performance.now();
  for (let at = 0; at < length; at += 100) simulator.advance(100);
  const elapsed = performance.now() - start;
  await simulator.close();
  return { speed: length / elapsed, seconds: elapsed / 1000 };
}

function rounded(bench: string, perSecond: number, yardstick: number, p99Ms?: number): SimulatorMeasurement {
  return {
    bench,
    perSecond: Math.round(perSecond),
    ratio: Number((perSecond / yardstick).toPrecision(3)),
    ...(p99Ms === undefined ? {} : { p99Ms: Number(p99Ms.toPrecision(3)) }),
  };
}

/** Measures the simulator against bare servers: orders over HTTP, streams over WebSocket, and the replay alone. */
export async function simulatorMeasurements(): Promise<SimulatorMeasurement[]> {
  const echo = await orderLoad('http-echo');
  const orders = await orderLoad('simulator');
  const bareStream = await echoRate();
  const stream = await streamRate();
  const { speed, seconds } = await replaySpeed();
  return [
    rounded(`HTTP echo, ${CONNECTIONS} connections`, echo.perSecond, echo.perSecond, echo.p99Ms),
    rounded(
      `simulator, signed orders, ${CONNECTIONS} connections`,
      orders.perSecond,
      echo.perSecond,
      orders.p99Ms,
    ),
    rounded(`WebSocket echo, messages to ${SUBSCRIBERS} subscribers`, bareStream, bareStream),
    rounded(`simulator, stream messages to ${SUBSCRIBERS} subscribers`, stream, bareStream),
    rounded(`simulator, replay of the bundled session in ${seconds.toFixed(2)} s, times real time`, speed, 1),
  ];
}
