import type { Strategy, StrategyStatus } from '@gridfleet/shared/schema';
import { InvalidArgumentError, type Command } from 'commander';
import { remoteApi } from '../remote/remote-api.js';
import { textTable } from '../text-table.js';

const STOPS = ['cancel-orders', 'keep-orders', 'sell', 'buy'] as const;
const PAGE = 100;

function parseId(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError('A strategy is named by its number.');
  return Number(text);
}

function parseStop(text: string): string {
  if (!(STOPS as readonly string[]).includes(text))
    throw new InvalidArgumentError(`One of: ${STOPS.join(', ')}.`);
  return text;
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

async function list({ json = false }: { json?: boolean }): Promise<void> {
  const api = remoteApi();
  const items: Strategy[] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = (await api.get(`/api/strategies?limit=${PAGE}${after}`)) as {
      items: Strategy[];
      nextCursor?: string | null;
    };
    items.push(...page.items);
    cursor = page.nextCursor ?? null;
  } while (cursor !== null);
  if (json) {
    print(items);
    return;
  }
  const rows = items.map(({ id, name, kind, legs, status }) => [
    String(id),
    name,
    kind,
    legs[0]?.market ?? '',
    status.state,
    String(status.fills),
    status.realizedPnl,
    status.workerName ?? '',
    status.reason?.code ?? '',
  ]);
  const heading = ['id', 'name', 'kind', 'market', 'state', 'fills', 'realised', 'node', 'reason'];
  process.stdout.write(rows.length === 0 ? 'There is no strategy.\n' : `${textTable(heading, rows)}\n`);
}

async function status(id: number): Promise<void> {
  print(await remoteApi().get(`/api/strategies/${id}/status`));
}

async function command(action: string, id: number, body: object): Promise<void> {
  const answer = (await remoteApi().post(`/api/strategies/${id}/${action}`, body)) as
    Strategy | StrategyStatus;
  const { state, reason } = 'status' in answer ? answer.status : answer;
  const why = reason === null ? '' : ` (${reason.message})`;
  process.stdout.write(`Strategy ${id}: ${action} accepted, now ${state}${why}\n`);
}

/** Strategies through the REST API; `GRIDFLEET_URL` and `GRIDFLEET_TOKEN` say where and as whom. */
export function addStrategyCommands(program: Command): void {
  const strategy = program
    .command('strategy')
    .description('look at strategies and command them through the API (GRIDFLEET_URL, GRIDFLEET_TOKEN)');
  strategy
    .command('list')
    .description('all of them, with what they are doing')
    .option('--json', 'whole objects')
    .action(list);
  const one = (name: string, description: string): Command =>
    strategy.command(name).description(description).argument('<id>', 'its number', parseId);
  one('status', 'what one is doing, as JSON').action(status);
  one('start', 'start it').action((id: number) => command('start', id, {}));
  one('stop', 'stop it')
    .option('--orders <what>', `what becomes of its orders: ${STOPS.join(', ')}`, parseStop, 'cancel-orders')
    .action((id: number, flags: { orders: string }) => command('stop', id, flags));
  one('pause', 'send nothing new; resting orders stay').action((id: number) => command('pause', id, {}));
  one('resume', 'go on after a pause').action((id: number) => command('resume', id, {}));
}
