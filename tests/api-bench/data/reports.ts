import type { Redis } from 'ioredis';
import { redisKeys, statusToHash, type LiveStatus } from '@gridfleet/shared/infra';

/** What the node says about the running strategy with this index. */
export function liveStatus(i: number): LiveStatus {
  const now = new Date().toISOString();
  return {
    runId: i + 1,
    jobId: `run-${i + 1}`,
    fence: 1,
    workerName: 'node-1',
    workerIp: '127.0.0.1',
    workerHostname: 'host',
    state: 'running',
    reason: null,
    startedAt: now,
    updatedAt: now,
    currentPrice: '60000',
    pendingBuys: 10,
    pendingSells: 10,
    positionCount: 5,
    position: '0.005',
    cycles: 300 + i,
    fills: 700 + i,
    realizedPnl: '12.5',
    unrealizedPnl: '-0.25',
    profit: {
      grid: '12.5',
      inventoryRealised: '0',
      inventoryUnrealised: '-0.25',
      priceImprovement: '0',
      funding: '0',
      openFees: '0.05',
      total: '12.2',
    },
    range: 'in-range',
    phase: 'trading',
    protection: 'platform',
    coverage: '0.9987',
    lastError: null,
    paramsRevision: 1,
  };
}

/** Reports and leases of the running strategies, as their node writes them. */
export async function storeReports(redis: Redis, running: number): Promise<void> {
  const pipeline = redis.pipeline();
  for (let i = 0; i < running; i += 1) {
    pipeline.hset(redisKeys.running(i + 1), statusToHash(liveStatus(i)));
    pipeline.set(redisKeys.lock(i + 1), 'lease');
  }
  await pipeline.exec();
}
