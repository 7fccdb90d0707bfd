import { cipherKeys, CredentialCipher } from '@gridfleet/shared/infra';
import { AccountService } from './accounts/account-service.js';
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
import { DependencyGate } from './http/dependency-gate.js';
import { Identity } from './http/identity.js';
import { HaltService } from './risk/halt-service.js';
import { LimitsService } from './risk/limits-service.js';
import { TradingStateService } from './risk/trading-state-service.js';
import { AuditReader } from './security/audit-reader.js';
import { Confirmations } from './security/confirmation.js';
import { TokenService } from './security/token-service.js';
import { UserService } from './security/user-service.js';
import { StrategyEditor } from './strategies/edit-strategy.js';
import { PlanCheck } from './strategies/plan-check.js';
import { StrategyRunner } from './strategies/run-strategy.js';
import { StrategyReader } from './strategies/strategy-reader.js';
import { History } from './trades/history.js';

/** The use cases, put together once per application. */
export interface Services {
  gate: DependencyGate;
  accounts: AccountService;
  accountVenue: AccountVenue;
  planCheck: PlanCheck;
  reader: StrategyReader;
  editor: StrategyEditor;
  runner: StrategyRunner;
  history: History;
  backtests: BacktestService;
  candleFiles: CandleFileService;
  events: EventStream;
  health: HealthService;
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
  return {
    gate,
    accounts: new AccountService({ dataSource, cipher, credentialCheck, simUrl: config.simUrl }),
    accountVenue: new AccountVenue(dataSource, venueQueries),
    planCheck,
    reader,
    editor: new StrategyEditor(dataSource, planCheck, publisher),
    runner: new StrategyRunner({ dataSource, reader, planCheck, publisher, runQueue }),
    history: new History(dataSource, venueQueries),
    backtests: new BacktestService(dataSource, backtestQueue),
    candleFiles: new CandleFileService(dataSource),
    events: new EventStream({ redis, connectBlocking, reader, owners, logger }),
    health: new HealthService(gate, redis, version),
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
  };
}
