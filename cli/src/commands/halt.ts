import type { HaltDto, LogLevelSetting, TradingStateDto } from '@gridfleet/shared/schema';
import { InvalidArgumentError, type Command } from 'commander';
import { remoteApi } from '../remote/remote-api.js';

/** What the API wants typed before the whole platform stops; giving the command is meaning it. */
const CONFIRMATION = 'HALT PLATFORM';
const ORDERS = ['leave', 'cancel', 'flatten'] as const;
const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'default'] as const;

interface HaltFlags {
  orders: string;
  reason?: string;
  account?: string;
  strategy?: string;
}

function oneOf(words: readonly string[]): (text: string) => string {
  return (text) => {
    if (words.includes(text)) return text;
    throw new InvalidArgumentError(`One of: ${words.join(', ')}.`);
  };
}

function scopeOf({ account, strategy }: Pick<HaltFlags, 'account' | 'strategy'>): {
  scope: 'platform' | 'account' | 'strategy';
  id?: number;
} {
  const given = account ?? strategy;
  if (given === undefined) return { scope: 'platform' };
  if (account !== undefined && strategy !== undefined)
    throw new InvalidArgumentError('Name an account or a strategy, not both.');
  if (!/^[1-9]\d{0,9}$/.test(given)) throw new InvalidArgumentError('It is named by its number.');
  return { scope: account === undefined ? 'strategy' : 'account', id: Number(given) };
}

/** Who has set a trading password gives it in GRIDFLEET_TRADING_PASSWORD: a command line can be seen by others. */
function confirmed(): object {
  const tradingPassword = process.env['GRIDFLEET_TRADING_PASSWORD'];
  return { confirmation: CONFIRMATION, ...(tradingPassword ? { tradingPassword } : {}) };
}

async function halt({ orders, reason, ...named }: HaltFlags): Promise<void> {
  const scope = scopeOf(named);
  const body = { ...scope, orders, ...(reason === undefined ? {} : { reason }), ...confirmed() };
  const { id, state } = (await remoteApi().post('/api/halt', body)) as HaltDto;
  process.stdout.write(
    `Halt ${id} of ${nameOf(scope)}: no new order from now on; orders: ${orders}, ${state}. GET /api/halt/${id} shows it.\n`,
  );
}

async function resume({ reason, ...named }: Omit<HaltFlags, 'orders'>): Promise<void> {
  const scope = scopeOf(named);
  const path = `/api/trading-state/${scope.scope}${scope.id === undefined ? '' : `/${scope.id}`}`;
  const api = remoteApi();
  const before = (await api.get(path)) as TradingStateDto;
  await api.put(path, { state: 'ACTIVE', ...(reason === undefined ? {} : { reason }), ...confirmed() });
  const was = before.reason === null ? '' : ` (${before.reason.code}: ${before.reason.message})`;
  process.stdout.write(`${nameOf(scope)} is ACTIVE; it was ${before.state}${was}\n`);
}

function nameOf({ scope, id }: { scope: string; id?: number }): string {
  return id === undefined ? `the ${scope}` : `${scope} ${id}`;
}

async function logLevel(level: string): Promise<void> {
  const body = { level: level === 'default' ? null : level };
  const set = (await remoteApi().put('/api/log-level', body)) as LogLevelSetting;
  process.stdout.write(
    set.level === null
      ? 'Every process follows its LOG_LEVEL again.\n'
      : `Every process logs from ${set.level} on.\n`,
  );
}

/** The kill switch and the log level, through the API. */
export function addHaltCommands(program: Command): void {
  const scoped = (name: string, description: string): Command =>
    program
      .command(name)
      .description(`${description} (GRIDFLEET_URL, GRIDFLEET_TOKEN)`)
      .option('--account <id>', 'one account only')
      .option('--strategy <id>', 'one strategy only')
      .option('--reason <text>', 'why; people are shown it');
  scoped('halt', 'stop all trading at once')
    .option('--orders <what>', `what becomes of orders: ${ORDERS.join(', ')}`, oneOf(ORDERS), 'leave')
    .action(halt);
  scoped('resume', 'let trading go on, after a halt or a restore').action(resume);
  program
    .command('log-level')
    .description('how much every process logs, while it runs (GRIDFLEET_URL, GRIDFLEET_TOKEN)')
    .argument('<level>', LEVELS.join(', '), oneOf(LEVELS))
    .action(logLevel);
}
