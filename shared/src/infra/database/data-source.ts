import { randomInt } from 'node:crypto';
import { DataSource, type Logger } from 'typeorm';
import {
  AccountCredentialEntity,
  AccountRowEntity,
  InstallationEntity,
  UserEntity,
} from './entities/account.js';
import {
  BacktestRowEntity,
  BacktestShardEntity,
  CandleFileChunkEntity,
  CandleFileRowEntity,
} from './entities/backtest.js';
import { ForeignTradeRowEntity, FundingRowEntity, VenuePositionRowEntity } from './entities/contracts.js';
import { ApiTokenRowEntity } from './entities/access.js';
import { IdempotencyRowEntity } from './entities/idempotency.js';
import {
  PaperAccountRowEntity,
  PaperBalanceRowEntity,
  PaperFillRowEntity,
  PaperOrderRowEntity,
} from './entities/paper.js';
import {
  RunRowEntity,
  SlotRowEntity,
  StrategyLegEntity,
  StrategyRevisionEntity,
  StrategyRowEntity,
  StrategyStateEntity,
} from './entities/strategy.js';
import { CorrectionRowEntity, CycleRowEntity, FillRowEntity, OrderRowEntity } from './entities/trading.js';
import {
  AuditRowEntity,
  EquitySnapshotRowEntity,
  ForeignOrderRowEntity,
  OutboxRowEntity,
} from './entities/records.js';
import { ExposureClaimRowEntity, RefusalRowEntity, ReservationRowEntity } from './entities/risk.js';
import { StrategyTemplateRowEntity, UserSettingRowEntity } from './entities/preferences.js';
import { NotificationChannelRowEntity, NotificationDeliveryRowEntity } from './entities/notification.js';
import { ExchangeStopRowEntity } from './entities/exchange-stop.js';
import { ExchangeStops0010 } from './migrations/0010-exchange-stops.js';
import { endWhenSilent, IDLE_CLOSE_MS } from './abandoned-sessions.js';
import { Initial0001 } from './migrations/0001-initial.js';
import { Backtests0004 } from './migrations/0004-backtests.js';
import { Futures0005 } from './migrations/0005-futures.js';
import { PaperVenue0003 } from './migrations/0003-paper-venue.js';
import { RiskSecurity0009 } from './migrations/0009-risk-security.js';
import { Api0008 } from './migrations/0008-api.js';
import { TradingRules0002 } from './migrations/0002-trading-rules.js';
import { Operations0014 } from './migrations/0014-operations.js';
import { OrderMargin0015 } from './migrations/0015-order-margin.js';
import { ArchiveReturns0017 } from './migrations/0017-archive-returns.js';
import { StateVersion0016 } from './migrations/0016-state-version.js';
import { TradeDays0012 } from './migrations/0012-trade-days.js';
import { Fleet0007 } from './migrations/0007-fleet.js';
import { Notifications0013 } from './migrations/0013-notifications.js';

const ENTITIES = [
  InstallationEntity,
  UserEntity,
  AccountRowEntity,
  AccountCredentialEntity,
  StrategyRowEntity,
  StrategyRevisionEntity,
  StrategyLegEntity,
  StrategyStateEntity,
  SlotRowEntity,
  RunRowEntity,
  OrderRowEntity,
  FillRowEntity,
  CycleRowEntity,
  CorrectionRowEntity,
  IdempotencyRowEntity,
  ApiTokenRowEntity,
  CandleFileRowEntity,
  CandleFileChunkEntity,
  BacktestRowEntity,
  BacktestShardEntity,
  PaperAccountRowEntity,
  PaperBalanceRowEntity,
  PaperOrderRowEntity,
  PaperFillRowEntity,
  ReservationRowEntity,
  ExposureClaimRowEntity,
  RefusalRowEntity,
  ForeignOrderRowEntity,
  EquitySnapshotRowEntity,
  OutboxRowEntity,
  AuditRowEntity,
  VenuePositionRowEntity,
  FundingRowEntity,
  ForeignTradeRowEntity,
  StrategyTemplateRowEntity,
  UserSettingRowEntity,
  NotificationChannelRowEntity,
  NotificationDeliveryRowEntity,
  ExchangeStopRowEntity,
];

/** Connection attempts and waits for a pooled connection give up after this long. */
const CONNECT_TIMEOUT_MS = 5_000;

/** TypeORM would print slow statements with their values to stdout; errors reach us as exceptions anyway. */
const SILENT: Logger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};

/**
 * @param queryTimeoutMs longest wait for one statement; without it a statement may take for ever
 * @param batches whether one query may carry several statements; only for nodes, which write whole steps at once
 */
export function createDataSource(
  databaseUrl: string,
  poolSize = 10,
  queryTimeoutMs?: number,
  batches = false,
): DataSource {
  const url = new URL(databaseUrl);
  return new DataSource({
    type: url.protocol === 'mariadb:' ? 'mariadb' : 'mysql',
    host: url.hostname,
    port: url.port === '' ? 3306 : Number(url.port),
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    timezone: 'Z',
    charset: 'utf8mb4',
    supportBigNumbers: true,
    bigNumberStrings: true,
    multipleStatements: batches,
    ...(batches ? { extra: { maxIdle: poolSize - 1, idleTimeout: IDLE_CLOSE_MS } } : {}),
    connectTimeout: Math.min(CONNECT_TIMEOUT_MS, queryTimeoutMs ?? CONNECT_TIMEOUT_MS),
    poolSize,
    ...(queryTimeoutMs === undefined
      ? {}
      : { maxQueryExecutionTime: queryTimeoutMs, enableQueryTimeout: true }),
    entities: ENTITIES,
    migrations: [
      Initial0001,
      TradingRules0002,
      PaperVenue0003,
      Backtests0004,
      Futures0005,
      Fleet0007,
      Api0008,
      RiskSecurity0009,
      ExchangeStops0010,
      TradeDays0012,
      Notifications0013,
      Operations0014,
      OrderMargin0015,
      StateVersion0016,
      ArchiveReturns0017,
    ],
    migrationsTableName: 'schema_migration',
    migrationsTransactionMode: 'none',
    synchronize: false,
    logging: false,
    logger: SILENT,
  });
}

export async function connectDatabase(
  databaseUrl: string,
  poolSize?: number,
  queryTimeoutMs?: number,
  batches?: boolean,
): Promise<DataSource> {
  const source = await createDataSource(databaseUrl, poolSize, queryTimeoutMs, batches).initialize();
  if (batches === true) await endWhenSilent(source);
  return source;
}

/** Four of [a-z0-9]: the salt of client order ids. */
export function randomSalt(): string {
  return randomInt(36 ** 4)
    .toString(36)
    .padStart(4, '0');
}

/**
 * Waits for nobody: says whether all migrations of this version have run and the installation has its row.
 * @throws Error naming what is missing, so that whoever waits can say it
 */
export async function assertMigrated(source: DataSource): Promise<void> {
  const rows: { name: string }[] = await source.query('SELECT name FROM schema_migration');
  const done = new Set(rows.map(({ name }) => name));
  const missing = source.migrations.map(({ name }) => name ?? '').filter((name) => !done.has(name));
  if (missing.length > 0) throw new Error(`the database lacks migrations: ${missing.join(', ')}`);
  const [installation]: unknown[] = await source.query('SELECT id FROM installation WHERE id = 1');
  if (installation === undefined) throw new Error('the database has no installation row yet');
}

/**
 * Brings the schema up to date and writes the installation row. Safe when several processes start at once: a named
 * lock of the server serialises them.
 * @returns names of the migrations that ran.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const source = await connectDatabase(databaseUrl, 2);
  const guard = source.createQueryRunner();
  try {
    await guard.query("SELECT GET_LOCK('gridfleet-migrate', 60)");
    const done = await source.runMigrations();
    await guard.query(
      'INSERT IGNORE INTO installation (id, epoch_salt, trading_state, created_at) VALUES (1, ?, ?, UTC_TIMESTAMP(3))',
      [randomSalt(), 'ACTIVE'],
    );
    return done.map((migration) => migration.name);
  } finally {
    await guard.query("SELECT RELEASE_LOCK('gridfleet-migrate')");
    await guard.release();
    await source.destroy();
  }
}
