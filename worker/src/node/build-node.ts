import type { DataSource } from 'typeorm';
import type { Config, Logger, Redis } from '@gridfleet/shared/infra';
import type { AccountSessions } from '../hub/account-sessions.js';
import { Balancer } from './balancer.js';
import { DrainWatch } from './drain-watch.js';
import { Fitness } from './fitness.js';
import { FleetView, type FleetNode } from './fleet-view.js';
import { HandOver } from './hand-over.js';
import type { LeaseKeeper } from './lease-keeper.js';
import { LoadMeter } from './load-meter.js';
import { NodeRegistry, type NodeRegistryDeps } from './node-registry.js';
import { PlacementWatch } from './placement-watch.js';
import { RunGuard } from './run-guard.js';
import { RunHost, type RunHostDeps } from './run-host.js';
import { noteWaiting } from './run-notes.js';
import { RunQueues } from './run-queues.js';
import { Shares } from './shares.js';
import type { NodeIdentity } from './status-reporter.js';
import { Supervisor } from './supervisor.js';
import { TradingNode } from './trading-node.js';
import { queues as queueNames } from '@gridfleet/shared/infra';

export interface NodeParts {
  meter: LoadMeter;
  registry: NodeRegistry;
  node: TradingNode;
  supervisor: Supervisor;
}

export interface BuildNodeDeps {
  config: Config;
  identity: NodeIdentity;
  egressIp: string;
  version: string;
  database: DataSource;
  redis: Redis;
  /** Blocking connection for BullMQ, and one in subscriber mode. */
  queueRedis: Redis;
  subscriber: Redis;
  leases: LeaseKeeper;
  sessions: AccountSessions;
  engine: RunHostDeps['engine'];
  health: NodeRegistryDeps['health'];
  log: Logger;
}

/** Puts the parts of a node together. Nothing is started. */
export function buildNode(deps: BuildNodeDeps): NodeParts {
  const { config, identity, egressIp, database, redis, queueRedis, log } = deps;
  const self = { name: identity.name, labels: config.workerLabels };
  const capacity = config.workerCapacity;
  const isLive = config.workerRoles.includes('live');
  const meter = new LoadMeter();
  const utilisation = (): number => meter.sustained();
  const registry: NodeRegistry = new NodeRegistry({
    redis,
    identity,
    work: {
      capacity: isLive ? capacity : 0,
      roles: config.workerRoles,
      labels: config.workerLabels,
      egressIp,
    },
    version: deps.version,
    meter,
    health: deps.health,
    load: () => ({
      state: isLive ? node.state() : 'ready',
      running: host.hosted.size,
      commonRuns: host.hosted.count(queueNames.runs),
    }),
    log,
  });
  const { instanceId } = registry;
  const fleet = new FleetView(redis, log);
  const living = async (): Promise<readonly FleetNode[]> => {
    await fleet.refresh();
    return fleet.living;
  };
  const queues: RunQueues = new RunQueues({
    connection: queueRedis,
    node: self,
    process: (name, job, token, signal) => host.process(name, job, token, signal),
    onLockLost: (jobIds) => host.lockLost(jobIds),
    log,
  });
  const shares: Shares = new Shares({
    fleet,
    queues,
    instanceId,
    capacity,
    hosted: (name) => host.hosted.count(name),
    running: () => host.hosted.size,
    log,
  });
  const host: RunHost = new RunHost({
    leases: deps.leases,
    guard: new RunGuard(database, { ...self, instanceId }),
    fitness: new Fitness({ redis, sessions: deps.sessions, egressIp, living, log }),
    queues,
    shares,
    capacity,
    utilisation,
    lagMs: () => meter.longestLag(),
    engine: deps.engine,
    noteWaiting: (runId, reason) => noteWaiting(database, runId, reason, log),
    log,
  });
  const handOver = new HandOver({
    database,
    instanceId,
    runOf: (strategyId) => host.hosted.get(strategyId)?.runId ?? null,
    release: (strategyId, reason) => host.release(strategyId, reason),
    log,
  });
  const node: TradingNode = new TradingNode({
    name: identity.name,
    capacity,
    subscriber: deps.subscriber,
    queues,
    shares,
    host,
    handOver,
    balancer: new Balancer({
      shares,
      handOver,
      queueNames: () => queues.sharedNames,
      movable: (name) => host.hosted.movable(name),
      utilisation,
      isLeaving: () => host.isLeaving,
      log,
    }),
    placement: new PlacementWatch({
      database,
      self,
      strategyIds: () => host.hosted.strategyIds(),
      move: (strategyId, placement) => host.move(strategyId, placement),
      log,
    }),
    drain: new DrainWatch(database, identity.name, (isDraining) => node.setDraining(isDraining), log),
    registry,
    utilisation,
    log,
  });
  const supervisor = new Supervisor({
    database,
    connection: queueRedis,
    redis,
    fleet,
    queue: (name) => queues.queue(name),
    log,
  });
  return { meter, registry, node, supervisor };
}
