import { Readable } from 'node:stream';
import type { DataSource } from 'typeorm';
import { dec, decStr, type CostMethod } from '@gridfleet/shared/domain';
import { dayStart, exportRows, type ExportSource } from '@gridfleet/shared/infra';
import type { TradeFilter } from '@gridfleet/shared/schema';
import { csvLines } from './csv.js';
import { taxRows, TAX_COLUMNS } from './tax-report.js';
import type { TradeReports } from './trade-reports.js';
import { resolveScope, timeZoneOf } from './trade-scope.js';

const plain = (...names: string[]): { name: string; sql: string }[] =>
  names.map((name) => ({ name, sql: `t.${name}` }));
const ACCOUNT = '(SELECT a.label FROM account a WHERE a.id = t.account_id)';

const SOURCES = {
  trades: {
    table: 'fill',
    time: 'time',
    columns: [
      ...plain('id', 'time', 'strategy_id'),
      { name: 'strategy', sql: 's.name' },
      { name: 'account', sql: ACCOUNT },
      ...plain('market', 'side', 'price', 'quantity', 'amount', 'fee', 'fee_asset', 'fee_quote'),
      { name: 'liquidity', sql: "IF(t.maker, 'maker', 'taker')" },
      ...plain('order_id', 'trade_id', 'slot'),
    ],
  },
  orders: {
    table: 'orders',
    time: 'created_at',
    columns: [
      ...plain('id', 'created_at', 'updated_at', 'strategy_id'),
      { name: 'strategy', sql: 's.name' },
      { name: 'account', sql: ACCOUNT },
      ...plain(
        'market',
        'side',
        'type',
        'time_in_force',
        'price',
        'quantity',
        'filled_quantity',
        'filled_quote',
      ),
      ...plain(
        'state',
        'reason_code',
        'reason_message',
        'client_order_id',
        'exchange_order_id',
        'slot',
        'generation',
      ),
    ],
  },
  'archived-trades': {
    table: 'fill_archive',
    time: 'time',
    columns: [
      { name: 'source', sql: "IF(t.source = 'import', 'imported', 'archived')" },
      ...plain('time', 'strategy_id'),
      { name: 'strategy', sql: 's.name' },
      { name: 'account', sql: ACCOUNT },
      ...plain('market', 'side', 'price', 'quantity', 'amount', 'fee', 'fee_asset', 'fee_quote', 'profit'),
      ...plain('order_ref', 'trade_id'),
    ],
  },
  cycles: {
    table: 'cycle',
    time: 'completed_at',
    columns: [
      ...plain('id', 'completed_at', 'strategy_id'),
      { name: 'strategy', sql: 's.name' },
      ...plain('market', 'slot', 'generation', 'buy_price', 'sell_price', 'quantity', 'gross', 'fees', 'net'),
    ],
  },
} as const satisfies Record<string, ExportSource>;
export type ExportName = keyof typeof SOURCES;

const DAILY_COLUMNS = ['day', 'fills', 'volume', 'fees', 'cycles', 'gross', 'net', 'cumulativeNet'];

/** DECIMAL comes with all its zeros. */
async function* trimmedRows(
  rows: AsyncIterable<Record<string, unknown>>,
): AsyncGenerator<Record<string, unknown>> {
  for await (const row of rows) {
    const entries = Object.entries(row).map(([name, value]): [string, unknown] => [
      name,
      typeof value === 'string' && /^-?\d+\.\d{18}$/.test(value) ? decStr(dec(value)) : value,
    ]);
    yield Object.fromEntries(entries);
  }
}

/** The first piece is made before anything is sent: a failure is still an error answer then. */
async function primed(lines: AsyncGenerator<string>): Promise<Readable> {
  const first = await lines.next();
  async function* all(): AsyncGenerator<string> {
    if (first.done !== true) yield first.value;
    yield* lines;
  }
  return Readable.from(all());
}

/** Files for spreadsheets and tax offices, made while they are sent. */
export class Exports {
  readonly #dataSource: DataSource;
  readonly #reports: TradeReports;

  constructor(dataSource: DataSource, reports: TradeReports) {
    this.#dataSource = dataSource;
    this.#reports = reports;
  }

  /** @throws GridfleetError VALIDATION_FAILED, NOT_FOUND */
  async rows(userId: number, name: ExportName, filter: TradeFilter): Promise<Readable> {
    const { scope } = await resolveScope(this.#dataSource, userId, filter);
    const source = SOURCES[name];
    const rows = trimmedRows(exportRows(this.#dataSource.manager, source, scope));
    return primed(
      csvLines(
        source.columns.map((column) => column.name),
        rows,
      ),
    );
  }

  /** @throws GridfleetError VALIDATION_FAILED, NOT_FOUND */
  async daily(userId: number, filter: TradeFilter): Promise<Readable> {
    const { items } = await this.#reports.daily(userId, filter);
    return primed(csvLines(DAILY_COLUMNS, Readable.from(items)));
  }

  /** What was disposed of in a calendar year of the zone, and what it had cost. */
  async tax(
    userId: number,
    { year, method, timeZone }: { year: number; method: CostMethod; timeZone?: string },
  ): Promise<Readable> {
    const zone = await timeZoneOf(this.#dataSource, userId, timeZone);
    const [from, to] = [dayStart(zone, `${year}-01-01`), dayStart(zone, `${year + 1}-01-01`)];
    return primed(csvLines(TAX_COLUMNS, taxRows(this.#dataSource.manager, userId, { from, to }, method)));
  }
}
