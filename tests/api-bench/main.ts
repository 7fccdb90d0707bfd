import { parseArgs } from 'node:util';
import { startServices } from '../services.js';
import { TestPlatform } from '../harness/platform.js';
import { load, type Latency } from './clients.js';
import { store, type Sizes } from './data.js';
import { measureStreams } from './streams.js';

/** Milliseconds of each measurement. */
const MEASURE_MS = 6_000;
const CLIENTS = 20;
/** A page of a person's list that is shown anew, ms. */
const PAUSE_MS = 1_000;
const STREAMS = 200;
const DELTAS = 60;

/** Paths, and the p99 in ms they are held to. */
const ROUTES: readonly (readonly [name: string, path: string, boundMs: number])[] = [
  ['list page', '/api/strategies?limit=50&sort=-id', 50],
  ['running list', '/api/strategies/running', 150],
  ['totals', '/api/trades/stats', 300],
  ['totals of 30 days', '/api/trades/stats?days=30', 300],
];

function options(): Sizes {
  const { values } = parseArgs({
    options: {
      strategies: { type: 'string', default: '5000' },
      running: { type: 'string', default: '1000' },
      fills: { type: 'string', default: '1000000' },
    },
  });
  const number = (name: keyof typeof values): number => {
    const text = values[name];
    if (!/^[1-9]\d{0,7}$/.test(text)) throw new Error(`--${name} must be a whole number, not "${text}".`);
    return Number(text);
  };
  return { strategies: number('strategies'), running: number('running'), fills: number('fills') };
}

function print(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function measureRoutes(url: string): Promise<boolean> {
  let isWithin = true;
  for (const [name, path, boundMs] of ROUTES) {
    const ways: [string, Latency][] = [
      ['each second', await load(url + path, CLIENTS, MEASURE_MS, PAUSE_MS)],
      ['without a pause', await load(url + path, CLIENTS, MEASURE_MS, 0)],
    ];
    for (const [asked, figures] of ways) {
      const within = figures.p99 <= boundMs;
      isWithin &&= within;
      print({ bench: name, clients: CLIENTS, asked, ...figures, boundMs, within });
    }
  }
  return isWithin;
}

async function main(): Promise<void> {
  const sizes = options();
  const services = await startServices();
  process.env['REDIS_URL'] = services.redisUrl;
  process.env['DATABASE_URL'] = services.databaseUrl;
  try {
    const platform = await TestPlatform.create('http://127.0.0.1:1', { API_RATE_LIMIT: '0' });
    try {
      const { api, url } = await platform.startApi();
      const { id } = (await api.get<{ id: number }>('/api/me')).body;
      const begun = performance.now();
      await store(platform.rows, platform.redis, id, sizes);
      print({ stored: sizes, ms: Math.round(performance.now() - begun) });
      const isWithin = await measureRoutes(url);
      print({ bench: 'event stream', ...(await measureStreams(url, platform.redis, STREAMS, DELTAS)) });
      if (!isWithin) process.exitCode = 1;
    } finally {
      await platform.close();
    }
  } finally {
    await services.stop();
  }
}

await main();
