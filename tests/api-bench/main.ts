import { Agent } from 'node:http';
import { parseArgs } from 'node:util';
import { profiled, profileInto } from '../fleet-bench/profiled.js';
import { INSPECTED } from '../harness/inspector.js';
import type { GridfleetProcess } from '../harness/processes.js';
import { startServices } from '../services.js';
import { TestPlatform } from '../harness/platform.js';
import { ask, load, type Latency } from './clients.js';
import { storeReports } from './data/reports.js';
import type { Sizes } from './data/rows.js';
import { storeStrategies } from './data/strategies.js';
import { storeTrades } from './data/trades.js';
import { measureStreams } from './streams.js';

/** Milliseconds of each measurement. */
const MEASURE_MS = 6_000;
const CLIENTS = 20;
/** A page of a person's list that is shown anew, ms. */
const PAUSE_MS = 1_000;
const STREAMS = 200;
const STREAM_S = 10;

/** Paths, and the p99 in ms they are held to. */
const ROUTES: readonly (readonly [name: string, path: string, boundMs: number])[] = [
  ['list page', '/api/strategies?limit=50&sort=-id', 50],
  ['running list', '/api/strategies/running', 150],
  ['totals', '/api/trades/stats', 300],
  ['totals of 30 days', '/api/trades/stats?days=30', 300],
];

/** Sizes, and the folder for CPU profiles of the API. */
function options(): { sizes: Sizes; profile: string | null } {
  const { values } = parseArgs({
    options: {
      strategies: { type: 'string', default: '5000' },
      running: { type: 'string', default: '1000' },
      fills: { type: 'string', default: '1000000' },
      profile: { type: 'string' },
    },
  });
  const number = (name: keyof Sizes): number => {
    const text = values[name];
    if (!/^[1-9]\d{0,7}$/.test(text)) throw new Error(`--${name} must be a whole number, not "${text}".`);
    return Number(text);
  };
  const sizes = { strategies: number('strategies'), running: number('running'), fills: number('fills') };
  return { sizes, profile: values.profile ?? null };
}

function print(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Answers for which the API has to read every stored machine; the second time it remembers them. */
async function measureFirst(url: string): Promise<void> {
  for (const name of ['positions', 'positions again']) {
    const begin = performance.now();
    const bytes = await ask(`${url}/api/positions`, new Agent());
    print({ bench: name, ms: Math.round(performance.now() - begin), bytes });
  }
}

async function measureRoutes(url: string, api: GridfleetProcess): Promise<boolean> {
  let isWithin = true;
  for (const [name, path, boundMs] of ROUTES) {
    const measure = async (asked: string, pauseMs: number): Promise<void> => {
      const figures: Latency = await load(url + path, CLIENTS, MEASURE_MS, pauseMs);
      const within = figures.p99 <= boundMs;
      isWithin &&= within;
      print({ bench: name, clients: CLIENTS, asked, ...figures, boundMs, within });
    };
    await measure('each second', PAUSE_MS);
    await profiled(api, name, () => measure('without a pause', 0));
  }
  return isWithin;
}

async function main(): Promise<void> {
  const { sizes, profile } = options();
  profileInto(profile);
  const services = await startServices();
  process.env['REDIS_URL'] = services.redisUrl;
  process.env['DATABASE_URL'] = services.databaseUrl;
  try {
    const platform = await TestPlatform.create('http://127.0.0.1:1', { API_RATE_LIMIT: '0' });
    try {
      const { api, url, process: server } = await platform.startApi(profile === null ? {} : INSPECTED);
      const { id } = (await api.get<{ id: number }>('/api/me')).body;
      const begun = performance.now();
      await storeStrategies(platform.rows, id, sizes);
      await storeTrades(platform.rows, sizes);
      await storeReports(platform.redis, sizes.running);
      print({ stored: sizes, ms: Math.round(performance.now() - begun) });
      await measureFirst(url);
      const isWithin = await measureRoutes(url, server);
      const streams = { clients: STREAMS, running: sizes.running, seconds: STREAM_S };
      await profiled(server, 'event stream', async () => {
        const figures = await measureStreams({ url, pid: server.pid }, platform.redis, streams);
        print({ bench: 'event stream', ...figures });
      });
      if (!isWithin) process.exitCode = 1;
    } finally {
      await platform.close();
    }
  } finally {
    await services.stop();
  }
}

await main();
