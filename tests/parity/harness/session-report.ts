import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Decimal } from '@gridfleet/shared/domain';
import { compare, type Comparison } from './compare.js';
import { cutRecording } from './cut.js';
import { liveRun } from './live-run.js';
import type { LiveOutcome, Outcome } from './orders.js';
import { CELLS_EACH_SIDE, FEES, FUNDS, type ParitySession } from './sessions.js';
import { readTicks, tickRun } from './tick-run.js';

const BIN = fileURLToPath(new URL('../../../cli/bin/gridfleet.js', import.meta.url));
const COMMAND_MS = 120_000;
const CELL = '0.0001';

/** A session traded both ways. */
export interface SessionReport extends Comparison {
  name: string;
  live: LiveOutcome;
  backtest: Outcome;
  /** The backtest with the median of the live latencies for every order. */
  atLatency: Outcome;
  /** The backtest told when each order really arrived. */
  measured: Outcome;
  /** Times from a fill to its counter order at the exchange, ms of the recording, sorted. */
  latencies: number[];
}

/** The config of `gridfleet backtest` for a session that begins at a price. */
function configOf(session: ParitySession, price: string) {
  const reach = new Decimal(price).times(CELL).times(CELLS_EACH_SIDE);
  const edge = (at: Decimal): string => at.toDecimalPlaces(2).toFixed();
  return {
    kind: 'range-grid',
    symbol: session.market,
    params: {
      lower: edge(new Decimal(price).minus(reach)),
      upper: edge(new Decimal(price).plus(reach)),
      levels: 2 * CELLS_EACH_SIDE + 1,
      quantity: { mode: 'base', value: session.quantity },
      initialInventory: 'have',
    },
    market: session.rules,
    fees: { ...FEES, currency: 'base' },
    balance: FUNDS,
  };
}

/** What the command says of the same session. */
async function commandSays(config: unknown, file: string, dir: string): Promise<Omit<Outcome, 'trades'>> {
  const path = join(dir, 'config.json');
  writeFileSync(path, JSON.stringify(config));
  const args = [BIN, 'backtest', '--config', path, '--candles', file, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    timeout: COMMAND_MS,
    maxBuffer: 100_000_000,
  });
  const result = JSON.parse(stdout) as { cycles: number; netGridProfit: string };
  return { cycles: result.cycles, profit: result.netGridProfit };
}

/** From each fill that ends an order to the arrival of the next order of its cell. */
function latenciesOf({ trades, arrivals }: LiveOutcome): number[] {
  const times: number[] = [];
  for (const [key, arrived] of arrivals) {
    const cell = key.split(' ')[0];
    const before = trades.filter((trade) => trade.key.split(' ')[0] === cell && trade.at <= arrived);
    const cause = before.reduce((last, { at }) => Math.max(last, at), -Infinity);
    if (cause > -Infinity && !before.some((trade) => trade.key === key)) times.push(arrived - cause);
  }
  return times.sort((a, b) => a - b);
}

/** Trades a session live and in the backtest. @param speed how much faster than recorded the live market moves */
export async function runSession(session: ParitySession, speed: number): Promise<SessionReport> {
  const dir = mkdtempSync(join(tmpdir(), 'gridfleet-parity-'));
  try {
    const file = join(dir, `${session.symbol.toLowerCase()}.jsonl`);
    const { ask } = cutRecording(session.file, file, session.fromMs, session.toMs);
    const config = configOf(session, ask);
    const live = await liveRun(session, file, config.params, speed);
    const ticks = readTicks(file, config);
    const backtest = tickRun(config, ticks);
    const measured = tickRun(config, ticks, live.arrivals);
    const latencies = latenciesOf(live);
    const atLatency = tickRun(config, ticks, Math.round(latencies[Math.floor(latencies.length / 2)] ?? 0));
    const compared = compare(live, backtest, measured);
    const said = await commandSays(config, file, dir);
    if (said.cycles !== backtest.cycles || said.profit !== backtest.profit)
      compared.unexplained.push(`the command says ${JSON.stringify(said)}`);
    return { name: session.name, live, backtest, atLatency, measured, latencies, ...compared };
  } finally {
    rmSync(dir, { recursive: true });
  }
}
