import { once } from 'node:events';
import { startSimulator } from '@gridfleet/sim';
import { WebSocket } from 'ws';
import { CONNECTIONS, orderRates, type OrderRate } from './order-load.js';
import { withServer } from './server-process.js';
import type { ServerTask } from './simulator-server.js';

/** One line of output; `ratio` compares with the bare server of the same run. */
interface SimulatorMeasurement {
  bench: string;
  perSecond: number;
  ratio: number;
  p99Ms?: number;
  /** CPU time of the server's process for each request, µs. */
  cpuUs?: number;
}

const SUBSCRIBERS = 50;
const MEASURE_MS = 3000;
const STREAM_SPEED = 200;
const ECHO_WINDOW = 200;

function task(kind: ServerTask['kind'], speed: number): ServerTask {
  return { kind, accounts: [], speed };
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
  return withServer(task('simulator', STREAM_SPEED), async ({ port }) => {
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
  return withServer(task('ws-echo', 1), async ({ port }) => {
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

function rounded(
  bench: string,
  perSecond: number,
  yardstick: number,
  rate?: OrderRate,
): SimulatorMeasurement {
  return {
    bench,
    perSecond: Math.round(perSecond),
    ratio: Number((perSecond / yardstick).toPrecision(3)),
    ...(rate && { p99Ms: Number(rate.p99Ms.toPrecision(3)), cpuUs: Math.round(rate.cpuUs) }),
  };
}

/** Signed orders at the simulator against a bare HTTP echo. */
export async function orderMeasurements(): Promise<SimulatorMeasurement[]> {
  const { echo, simulator } = await orderRates();
  const bare = echo.perSecond;
  return [
    rounded(`HTTP echo, ${CONNECTIONS} connections`, bare, bare, echo),
    rounded(`simulator, signed orders, ${CONNECTIONS} connections`, simulator.perSecond, bare, simulator),
  ];
}

/** Measures the simulator against bare servers: orders over HTTP, streams over WebSocket, and the replay alone. */
export async function simulatorMeasurements(): Promise<SimulatorMeasurement[]> {
  const orders = await orderMeasurements();
  const bareStream = await echoRate();
  const stream = await streamRate();
  const { speed, seconds } = await replaySpeed();
  return [
    ...orders,
    rounded(`WebSocket echo, messages to ${SUBSCRIBERS} subscribers`, bareStream, bareStream),
    rounded(`simulator, stream messages to ${SUBSCRIBERS} subscribers`, stream, bareStream),
    rounded(`simulator, replay of the bundled session in ${seconds.toFixed(2)} s, times real time`, speed, 1),
  ];
}
