import type { Command } from 'commander';
import { parsePort, parseSeed, parseSpeed, parseWeight } from '../arguments.js';

export interface SimFlags {
  /** Files, or true: the flag without a file means the bundled recording. */
  replay?: string[] | true;
  market?: string[];
  venue?: string[];
  fill?: string;
  clock?: string;
  speed?: number;
  loop?: boolean;
  paused?: boolean;
  weight?: number;
  port?: number;
  host?: string;
  accounts?: string;
  state?: string;
  seed?: number;
}

function collect(file: string, earlier: string[] | true | undefined): string[] {
  return Array.isArray(earlier) ? [...earlier, file] : [file];
}

/** The simulator's own command line: every file by name, and none when the bundled recording is meant. */
export function simulatorArguments({ replay, market, venue, loop, paused, ...rest }: SimFlags): string[] {
  const lists = { replay: Array.isArray(replay) ? replay : [], market: market ?? [], venue: venue ?? [] };
  const args = Object.entries(lists).flatMap(([name, values]) =>
    values.flatMap((value) => [`--${name}`, value]),
  );
  if (loop === true) args.push('--loop');
  if (paused === true) args.push('--paused');
  for (const [name, value] of Object.entries(rest)) args.push(`--${name}`, String(value));
  return args;
}

/** The exchange simulator as a process of its own. */
export function addSimCommand(program: Command): void {
  program
    .command('sim')
    .description('run the exchange simulator alone; prints one JSON line with its addresses when ready')
    .option(
      '--replay [file]',
      'recording to replay; repeatable; without a file: the bundled BTC/USDT one',
      collect,
    )
    .option('--market <spec>', 'market from other data, e.g. SOLUSDT=gbm:price=150; repeatable', collect)
    .option('--venue <name[:prefix]>', 'venue with its own books and accounts; repeatable', collect)
    .option('--fill <model>', 'when the market fills a resting order: touch, queue or through')
    .option('--clock <kind>', 'exchange time: wall, or virtual, which moves with the data')
    .option('--speed <number>', 'recorded seconds per real second (default: 1)', parseSpeed)
    .option('--loop', 'start the recording again at its end')
    .option('--paused', 'hold the data until POST /_sim/replay lets it go')
    .option('--weight <number>', 'request weight an address may use in a minute (default: 6000)', parseWeight)
    .option('--port <number>', 'TCP port (default: any free one)', parsePort)
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--accounts <file>', 'JSON list of accounts: apiKey, apiSecret, balances, makerRate, takerRate')
    .option('--state <file>', 'keep accounts, orders and fills in this file across restarts')
    .option('--seed <number>', 'seed of the random numbers', parseSeed)
    .action(async (flags: SimFlags) => {
      const { runSimulator } = await import('@gridfleet/sim');
      await runSimulator(simulatorArguments(flags));
      // It ends the process itself on SIGINT and SIGTERM, once its state is saved.
      await new Promise<never>(() => {});
    });
}
