import { setFlagsFromString } from 'node:v8';
import { hostname, networkInterfaces } from 'node:os';
import {
  cipherKeys,
  assertMigrated,
  connectDatabase,
  connectRedis,
  createLogger,
  CredentialCipher,
  loadConfig,
  LogLevelWatch,
  Metrics,
  publishEvents,
  relayOutbox,
  redisKeys,
  type Logger,
} from '@gridfleet/shared/infra';
import type { PlatformEvent } from '@gridfleet/shared/schema';
import { BacktestHost } from './backtest/backtest-host.js';
import { FleetBudget } from './budget/fleet-budget.js';
import { AccountSessions } from './hub/account-sessions.js';
import { MarketDataHub } from './hub/market-data-hub.js';
import { MetricsServer } from './metrics/metrics-server.js';
import { collectNode, nodeChecks } from './metrics/node-metrics.js';
import { StrategyGauges } from './metrics/strategy-gauges.js';
import { EventPublisher } from './node/event-publisher.js';
import { LeaseKeeper } from './node/lease-keeper.js';
import { buildNode } from './node/build-node.js';
import { StatusReporter } from './node/status-reporter.js';
import { StatusWriter } from './node/status-writer.js';
import { VenueQueryHost } from './queries/venue-query-host.js';
import { gatedAccount } from './risk/gated-account.js';
import { RiskDesk } from './risk/risk-desk.js';
import { TradingGate } from './risk/trading-gate.js';
import { AccountStore } from './run/account-store.js';
import { ContractBooks } from './run/contract-books.js';
import { EquityRecorder, EquityWriter } from './run/equity-recorder.js';
import { calmTickMs } from './run/tick-clock.js';
import { ENGINE_TIMES, type EngineTimes } from './run/engine-types.js';
import { RunEngine } from './run/run-engine.js';
import { RunStore } from './run/run-store.js';
import { StepStore } from './run/step-store.js';
import { waitFor } from './util/wait-for.js';
import { warmUp } from './venue/warm-up.js';
import { Venues } from './venue/venues.js';

const VERSION = '0.1.0';
const STARTUP_MS = 30_000;
/** A node that cannot stop in this time is ended; its leases expire and its orders rest. */
const STOP_MS = 50_000;
const SCHEDULE_CHECK_MS = 10_000;
const OUTBOX_MS = 1_000;

function privateAddress(): string {
  for (const addresses of Object.values(networkInterfaces())) {
    const found = addresses?.find((address) => address.family === 'IPv4' && !address.internal);
    if (found !== undefined) return found.address;
  }
  return '127.0.0.1';
}

function scaled(scale: number): EngineTimes {
  const times = { ...ENGINE_TIMES };
  for (const name of Object.keys(times) as (keyof EngineTimes)[]) times[name] *= scale;
  return times;
}

/** ccxt rejects internal futures nobody holds when a private stream login fails; that must not end the node. */
function surviveUnhandled(log: Logger): void {
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'));
}

/** How far the old generation may grow beyond what lives in it before it is collected, percent. */
const HEAP_GROWTH = 100;

/**
 * Runs a worker node until SIGTERM or SIGINT, then gives its runs back. Prints one JSON line when ready.
 * @throws ConfigError for a missing or unsafe setting
 */
export async function runWorker(env: NodeJS.ProcessEnv): Promise<void> {
  // A burst, as of opening a thousand runs, would let V8 keep up to four times what lives, for good.
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`);
  const config = loadConfig(env);
  const log = createLogger(`worker:${config.workerName}`, config.logLevel);
  surviveUnhandled(log);
  const database = await waitFor('MySQL', STARTUP_MS, log, async () => {
    const source = await connectDatabase(config.databaseUrl, 20, undefined, true);
    try {
      await assertMigrated(source);
    } catch (error) {
      await source.destroy();
      throw error;
    }
    return source;
  });
  const redis = connectRedis(config.redisUrl);
  await waitFor('Redis', STARTUP_MS, log, () => redis.ping());
  const queueRedis = connectRedis(config.redisUrl, { commandTimeoutMs: null });
  const subscriber = connectRedis(config.redisUrl, { commandTimeoutMs: null });
  for (const client of [redis, queueRedis, subscriber])
    client.on('error', (error) => log.warn({ err: error }, 'redis'));

  const identity = { name: config.workerName, ip: privateAddress(), hostname: hostname() };
  const egressIp = config.egressIp ?? identity.ip;
  const levels = new LogLevelWatch(database, log, config.logLevel);
  const metrics = new Metrics('worker', { version: VERSION, name: identity.name });
  const venues = new Venues({
    database,
    cipher: new CredentialCipher(...cipherKeys(config)),
    simUrl: config.simUrl,
    budget: new FleetBudget(redis, log, undefined, metrics),
    egress: egressIp,
    log,
  });
  const gate = new TradingGate(database, log);
  const sessions = new AccountSessions(
    venues,
    log,
    (account, id) => gatedAccount(account, id, gate),
    metrics,
  );
  const risk = new RiskDesk({ database, redis, gate, sessions, node: identity.name, log });
  const hub = new MarketDataHub(venues, log);
  const store = new RunStore(database);
  const steps = new StepStore(database);
  const accounts = new AccountStore(database);
  const books = new ContractBooks(database);
  const equity = new EquityWriter(database);
  const leases = new LeaseKeeper(redis, log, metrics);
  const publisher = new EventPublisher(redis, log);
  const publish = (events: PlatformEvent[]): void => publisher.publish(events);
  const times = scaled(config.timeScale);
  const isLive = config.workerRoles.includes('live');
  const backtests = config.workerRoles.includes('backtest')
    ? new BacktestHost({ database, connection: queueRedis, node: identity.name, log })
    : null;
  const statuses = new StatusWriter(redis);
  const { meter, registry, node, supervisor } = buildNode({
    config,
    identity,
    egressIp,
    version: VERSION,
    database,
    redis,
    queueRedis,
    subscriber,
    leases,
    sessions,
    health: () => ({ venues: venues.health(), ...hub.health() }),
    engine: (strategyId, runId, lease, hooks) => {
      const runLog = log.child({ strategyId, runId });
      const gauges = new StrategyGauges(metrics, strategyId);
      const status = new StatusReporter(statuses, identity, strategyId, runId, publish, runLog, gauges);
      status.onOpened(() => hooks.opened());
      return new RunEngine(strategyId, runId, {
        store,
        steps,
        accounts,
        books,
        equity: new EquityRecorder(equity, strategyId, risk.observer(strategyId)),
        isUnfit: (error) => hooks.isUnfit(error),
        openAgain: () => hooks.openAgain(),
        venues,
        sessions,
        hub,
        lease,
        status,
        publish,
        calmTickMs: () =>
          risk.isWatched(strategyId) ? times.tickMs : calmTickMs(times.tickMs, node.running),
        log: runLog,
        metrics,
        times,
        node: identity.name,
      });
    },
    log,
  });
  const queries = new VenueQueryHost(venues, queueRedis, log);
  collectNode(metrics, isLive ? config.workerCapacity : 0, { hub, leases, meter });
  const monitor = new MetricsServer({
    metrics,
    host: config.metricsHost,
    port: config.metricsPort,
    checks: () => nodeChecks(database, redis),
    log,
  });

  levels.start();
  leases.start();
  meter.start();
  if (isLive) await warmUp(database, venues, log);
  await registry.start();
  const monitorUrl = await monitor.start();
  if (isLive) {
    await gate.start();
    risk.start();
    await queries.start();
    await node.start();
    await supervisor.start();
  }
  await backtests?.start();
  const scheduleCheck = setInterval(() => {
    if (isLive)
      supervisor.keepScheduled().catch((error: unknown) => log.warn({ err: error }, 'supervisor schedule'));
  }, SCHEDULE_CHECK_MS);
  let relaying = false;
  const relay = setInterval(() => {
    if (relaying) return;
    relaying = true;
    relayOutbox(database, (events) => publishEvents(redis, events))
      .catch((error: unknown) => log.warn({ err: error }, 'the outbox waits'))
      .finally(() => (relaying = false));
  }, OUTBOX_MS);
  process.stdout.write(
    `${JSON.stringify({ ready: true, worker: config.workerName, control: redisKeys.control, metrics: `${monitorUrl}/metrics` })}\n`,
  );

  const signal = await new Promise<string>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => resolve(name));
  });
  log.info({ signal }, 'stopping: runs are given back, their orders stay');
  setTimeout(() => process.exit(1), STOP_MS).unref();
  levels.stop();
  clearInterval(scheduleCheck);
  // What is not given away yet trades on here, so that halts and limits count to the end.
  if (isLive) await node.stop();
  clearInterval(relay);
  risk.stop();
  gate.stop();
  await Promise.all([supervisor.stop(), queries.stop(), backtests?.stop()]);
  await registry.stop();
  await monitor.stop();
  meter.stop();
  leases.stop();
  publisher.flush();
  await hub.close();
  await venues.close();
  for (const client of [redis, queueRedis, subscriber]) client.disconnect();
  await database.destroy();
}
