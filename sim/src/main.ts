import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readAccountSpec } from './account/account-spec.js';
import type { AccountSpec } from './account/accounts.js';
import { parseMarketSpec, type MarketSpec } from './market/market-spec.js';
import { startSimulator } from './simulator.js';
import type { Simulator, SimulatorOptions, VenueSpec } from './simulator-options.js';
import { IdSource } from './venue/id-source.js';

const FILL_MODELS = ['touch', 'queue', 'through'] as const;
const CLOCKS = ['wall', 'virtual'] as const;

/** Wrong command line; the message says which flag and what it needs. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const SIMULATOR_USAGE = `Usage: sim [options]
  --replay FILE     recorded ticks, repeatable (default without --market: the bundled BTCUSDT session)
  --market SPEC     a market from other data, repeatable: [VENUE/]SYMBOL=KIND:…, for example
                    BTCUSDT=ticks:FILE  ETHUSDT=candles:FILE,spread=0.02%  SOLUSDT=gbm:price=150,vol=0.8,seed=7
                    (also ou: and jump:)  XRPUSDT=script:FILE  ADAUSDT=manual:0.5
  --venue NAME[:PREFIX]  a venue with books, accounts and ids of its own under a path prefix, repeatable; the first
                    is the main one (default binance without prefix), e.g. --venue binance --venue venue-b:/venue-b
  --fill MODEL      when the market fills a resting order: touch, queue or through (default queue)
  --clock KIND      exchange time: wall, or virtual, which moves and stands still with the data (default wall)
  --speed N         play the data N times as fast (default 1)
  --loop            start again at the end
  --paused          hold the data until POST /_sim/replay lets it go
  --weight N        request weight an address may use in a minute (default 6000, the exchange's)
  --port N          TCP port, 0 for a free one (default 0)
  --host ADDRESS    address to listen on (default 127.0.0.1)
  --accounts FILE   JSON array of {venue, apiKey, apiSecret, balances, makerRate, takerRate, bnbFees}
  --state FILE      keep accounts, orders and fills there across restarts, spot and futures
  --seed N          make generated keys and ids repeatable
`;

/**
 * Runs the simulator as a program: one JSON line on stdout when it is ready, a clean end on SIGINT and SIGTERM.
 * @throws UsageError on wrong flags.
 */
export async function runSimulator(args: readonly string[]): Promise<Simulator> {
  const simulator = await startSimulator(readOptions(args));
  const { port, url, wsUrl, accounts } = simulator;
  const ready = { ready: true, port, rest: url, ws: wsUrl, control: `${url}/_sim`, accounts };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void endProcess(simulator));
  return simulator;
}

async function endProcess(simulator: Simulator): Promise<void> {
  try {
    await simulator.close();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`simulator: could not end cleanly: ${String(error)}\n`);
    process.exit(1);
  }
}

function readOptions(args: readonly string[]): SimulatorOptions {
  const { values } = parse(args);
  const number = (name: 'speed' | 'port' | 'seed' | 'weight', text: string): number => {
    if (!/^\d+(\.\d+)?$/.test(text)) throw new UsageError(`--${name} needs a number, not "${text}"`);
    return Number(text);
  };
  const seed = values.seed === undefined ? undefined : number('seed', values.seed);
  return {
    replay: values.replay ?? [],
    markets: readMarkets(values.market ?? []),
    loop: values.loop ?? false,
    paused: values.paused ?? false,
    ...(values.weight === undefined ? {} : { limits: { weightPerMinute: number('weight', values.weight) } }),
    venues: readVenues(values.venue ?? []),
    ...(values.fill === undefined ? {} : { fillModel: oneOf('fill', values.fill, FILL_MODELS) }),
    ...(values.clock === undefined ? {} : { clock: oneOf('clock', values.clock, CLOCKS) }),
    ...(values.speed === undefined ? {} : { speed: number('speed', values.speed) }),
    ...(values.port === undefined ? {} : { port: number('port', values.port) }),
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values.state === undefined ? {} : { state: values.state }),
    ...(values.accounts === undefined ? {} : { accounts: readAccounts(values.accounts, new IdSource(seed)) }),
    ...(seed === undefined ? {} : { seed }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        replay: { type: 'string', multiple: true },
        market: { type: 'string', multiple: true },
        venue: { type: 'string', multiple: true },
        fill: { type: 'string' },
        clock: { type: 'string' },
        speed: { type: 'string' },
        loop: { type: 'boolean' },
        paused: { type: 'boolean' },
        weight: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        accounts: { type: 'string' },
        state: { type: 'string' },
        seed: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function oneOf<T extends string>(name: string, value: string, known: readonly T[]): T {
  const found = known.find((one) => one === value);
  if (found === undefined)
    throw new UsageError(`--${name} must be one of ${known.join(', ')}, not "${value}"`);
  return found;
}

/** `NAME` or `NAME:PREFIX`; the first venue has no prefix unless it names one, the others have their name. */
function readVenues(specs: readonly string[]): VenueSpec[] {
  return specs.map((spec, place) => {
    const match = /^([a-z0-9][a-z0-9-]{0,31})(?::(\/?[A-Za-z0-9/_-]*))?$/.exec(spec);
    if (!match) throw new UsageError(`--venue "${spec}" must be NAME or NAME:PREFIX, e.g. venue-b:/venue-b`);
    const [, name = '', given = place === 0 ? '' : name] = match;
    const path = given.replace(/^\/+|\/+$/g, '');
    return { name, prefix: path === '' ? '' : `/${path}` };
  });
}

function readMarkets(specs: readonly string[]): MarketSpec[] {
  try {
    return specs.map(parseMarketSpec);
  } catch (error) {
    throw new UsageError(`--market: ${(error as Error).message}`, { cause: error });
  }
}

function readAccounts(file: string, ids: IdSource): AccountSpec[] {
  try {
    const accounts: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!Array.isArray(accounts)) throw new RangeError('must hold a JSON array');
    return accounts.map((account: unknown) => readAccountSpec(account, ids));
  } catch (error) {
    throw new UsageError(`--accounts ${file}: ${(error as Error).message}`, { cause: error });
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  runSimulator(process.argv.slice(2)).catch((error: unknown) => {
    const usage = error instanceof UsageError;
    process.stderr.write(`simulator: ${error instanceof Error ? error.message : String(error)}\n`);
    if (usage) process.stderr.write(SIMULATOR_USAGE);
    process.exit(usage ? 2 : 1);
  });
}
