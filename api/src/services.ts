import { cipherKeys, CredentialCipher } from '@gridfleet/shared/infra';
import { AccountService } from './accounts/account-service.js';
import { AccountTools } from './accounts/account-tools.js';
import { OrphanService } from './journal/journal-service.js';
import { AccountVenue } from './accounts/account-venue.js';
import { CredentialCheck } from './accounts/credential-check.js';
import { BacktestService } from './backtests/backtest-service.js';
import { CandleFileService } from './backtests/candle-file-service.js';
import { AllocationService } from './capital/allocation-service.js';
import { FundsService } from './capital/funds-service.js';
import type { ApiDeps } from './deps.js';
import { EventStream } from './events/event-stream.js';
import { StrategyOwners } from './events/owners.js';
import { Publisher } from './events/publisher.js';
import { HealthService } from './health/health-service.js';
import { SystemHealthService } from './health/system-health.js';
import { WorkerService } from './workers/worker-service.js';
import { DependencyGate } from './http/dependency-gate.js';
import { SharedAnswers } from './http/shared-answers.js';
import { Identity } from './http/identity.js';
import { HaltService } from './risk/halt-service.js';
import { LimitsService } from './risk/limits-service.js';
import { TradingStateService } from './risk/trading-state-service.js';
import { AuditReader } from './security/audit-reader.js';
import { Confirmations } from './security/confirmation.js';
import { TokenService } from './security/token-service.js';
import { UserService } from './security/user-service.js';
import { ManualOrders } from './orders/manual-orders.js';
import { StrategyPause } from './strategies/pause.js';
import { StrategyBatch } from './strategies/batch.js';
import { StrategyCopier } from './strategies/copy-strategy.js';
import { StrategyFiles } from './strategies/portable.js';
import { StrategyTemplates } from './strategies/templates.js';
import { StrategyReasons } from './strategies/why.js';
import { StrategyEditor } from './strategies/edit-strategy.js';
import { PlanCheck } from './strategies/plan-check.js';
import { StrategyRunner } from './strategies/run-strategy.js';
import { StrategyReader } from './strategies/strategy-reader.js';
import { AccountPositions } from './trades/account-positions.js';
import { ContractReports } from './trades/contract-reports.js';
import { Exports } from './trades/exports.js';
import { Positions } from './trades/positions.js';
import { TradeLists } from './trades/trade-lists.js';
import { TradeReports } from './trades/trade-reports.js';
import { History } from './trades/history.js';

import { ChannelSender } from './notifications/channel-sender.js';
import { NotificationChannels } from './notifications/channel-service.js';
import { safeHttp } from './notifications/http/safe-http.js';

/** Longest wait for the receiver of a notification. */
const NOTIFY_DEADLINE_MS = 10_000;
/** Longest wait of an answer for an order placed by hand. */
const ORDER_PATIENCE_MS = 5_000;

/** The use cases, put together once per application. */
export interface Services {
  gate: DependencyGate;
  sharedAnswers: SharedAnswers;
  accounts: AccountService;
  accountVenue: AccountVenue;
  accountTools: AccountTools;
  orphans: OrphanService;
  planCheck: PlanCheck;
  reader: StrategyReader;
  editor: StrategyEditor;
  runner: StrategyRunner;
  batch: StrategyBatch;
  pause: StrategyPause;
  manualOrders: ManualOrders;
  copier: StrategyCopier;
  files: StrategyFiles;
  templates: StrategyTemplates;
  reasons: StrategyReasons;
  history: History;
  tradeLists: TradeLists;
  reports: TradeReports;
  positions: Positions;
  accountPositions: AccountPositions;
  contractReports: ContractReports;
  exports: Exports;
  backtests: BacktestService;
  candleFiles: CandleFileService;
  events: EventStream;
  health: HealthService;
  systemHealth: SystemHealthService;
  identity: Identity;
  tokens: TokenService;
  users: UserService;
  confirmations: Confirmations;
  audit: AuditReader;
  limits: LimitsService;
  tradingStates: TradingStateService;
  halts: HaltService;
  allocations: AllocationService;
  funds: FundsService;
  workers: WorkerService;
  notificationSender: ChannelSender;
  notificationChannels: NotificationChannels;
}

export function createServices(deps: ApiDeps): Services {
  const {
    config,
    dataSource,
    redis,
    connectBlocking,
    venueQueries,
    runQueue,
    backtestQueue,
    logger,
    version,
  } = deps;
  const cipher = new CredentialCipher(...cipherKeys(config));
  const gate = new DependencyGate(dataSource, redis);
  const publisher = new Publisher(redis, logger);
  const reader = new StrategyReader(dataSource, redis, logger);
  const planCheck = new PlanCheck(dataSource, venueQueries);
  const owners = new StrategyOwners(dataSource);
  const credentialCheck = new CredentialCheck(dataSource, cipher, venueQueries);
  const tokens = new TokenService(dataSource);
  const identity = new Identity(dataSource, tokens, config);
  const confirmations = new Confirmations(dataSource);
  const allocations = new AllocationService(dataSource);
  const editor = new StrategyEditor(dataSource, planCheck, publisher);
  const runner = new StrategyRunner({ dataSource, reader, planCheck, publisher, runQueue });
  const accounts = new AccountService({ dataSource, cipher, credentialCheck, simUrl: config.simUrl });
  const accountVenue = new AccountVenue(dataSource, venueQueries);
  const tradeLists = new TradeLists(dataSource);
  const reports = new TradeReports(dataSource);
  const { notifyAllowPrivate: allowPrivate, telegramApiUrl: telegramUrl } = config;
  const notificationSender = new ChannelSender(dataSource, cipher, {
    http: safeHttp,
    allowPrivate,
    telegramUrl,
    deadlineMs: NOTIFY_DEADLINE_MS,
  });
  return {
    gate,
    sharedAnswers: new SharedAnswers(),
    accounts,
    accountVenue,
    accountTools: new AccountTools({ dataSource, cipher, accounts, accountVenue, venueQueries }),
    orphans: new OrphanService(dataSource, venueQueries),
    planCheck,
    reader,
    editor,
    runner,
    pause: new StrategyPause(dataSource, publisher),
    manualOrders: new ManualOrders({
      dataSource,
      planCheck,
      runQueue,
      runner,
      reader,
      tradeLists,
      venueQueries,
      confirmations,
      patienceMs: deps.orderPatienceMs ?? ORDER_PATIENCE_MS,
    }),
    batch: new StrategyBatch(runner, editor, reader),
    copier: new StrategyCopier(dataSource, editor, publisher),
    files: new StrategyFiles(dataSource, editor),
    templates: new StrategyTemplates(dataSource, editor),
    reasons: new StrategyReasons(dataSource, reader),
    history: new History(dataSource, venueQueries),
    tradeLists,
    reports,
    positions: new Positions(dataSource, reader),
    accountPositions: new AccountPositions(dataSource, redis),
    contractReports: new ContractReports(dataSource),
    exports: new Exports(dataSource, reports),
    backtests: new BacktestService(dataSource, backtestQueue),
    candleFiles: new CandleFileService(dataSource),
    events: new EventStream({ redis, connectBlocking, reader, owners, logger }),
    health: new HealthService(gate, redis, version),
    systemHealth: new SystemHealthService(dataSource, redis, new HealthService(gate, redis, version)),
    identity,
    tokens,
    users: new UserService(dataSource),
    confirmations,
    audit: new AuditReader(dataSource),
    limits: new LimitsService(dataSource),
    tradingStates: new TradingStateService(dataSource, confirmations, publisher),
    halts: new HaltService(dataSource, confirmations),
    allocations,
    funds: new FundsService(dataSource, allocations),
    workers: new WorkerService(dataSource, redis, logger),
    notificationSender,
    notificationChannels: new NotificationChannels({
      dataSource,
      cipher,
      sender: notificationSender,
      allowPrivate,
    }),
  };
}
