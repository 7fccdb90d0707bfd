import type { DataSource } from 'typeorm';
import { strategyKinds, type PlanContext } from '@gridfleet/shared/domain';
import {
  CycleRowEntity,
  FillRowEntity,
  OrderRowEntity,
  RunRowEntity,
  SlotRowEntity,
  StrategyRowEntity,
  StrategyStateEntity,
  statusToHash,
  redisKeys,
  type LiveStatus,
  type OrderRow,
  type Redis,
  type RunRow,
} from '@gridfleet/shared/infra';
import type { Strategy } from '@gridfleet/shared/schema';
import { BTC } from './fake-node.js';

const TIME = new Date('2026-01-31T12:00:00.000Z');

/** The market as a node sees it at the start: 60000.00 bid, 60000.01 ask. */
export const CONTEXT: PlanContext = {
  legs: [
    {
      leg: 0,
      market: BTC,
      bid: 6_000_000,
      ask: 6_000_001,
      makerRate: '0.0001',
      takerRate: '0.001',
      baseFree: '1',
      quoteFree: '100000',
    },
  ],
};

/** Stores the machine as a node does after its first step. `carried`: what an earlier revision of it holds. */
export async function storeMachine(
  dataSource: DataSource,
  strategy: Strategy,
  carried: unknown = null,
): Promise<void> {
  const kind = strategyKinds.get(strategy.kind);
  if (kind === undefined) throw new Error(`no kind ${strategy.kind}`);
  const { state } = kind
    .bind(strategy.params)
    .start({ ...CONTEXT, firstGeneration: 1, carried }, TIME.getTime());
  await dataSource.manager.insert(StrategyStateEntity, {
    strategyId: strategy.id,
    revision: strategy.revision,
    context: JSON.stringify(CONTEXT),
    header: JSON.stringify(state.header),
    updatedAt: TIME,
  });
  await dataSource.manager.insert(
    SlotRowEntity,
    [...state.slots].map(([slot, value]) => ({
      strategyId: strategy.id,
      leg: 0,
      market: BTC.symbol,
      positionSide: 'net' as const,
      slot,
      state: JSON.stringify(value),
      version: 1,
    })),
  );
}

/** Changes the strategy's current run, as the node that runs it does. */
export async function setRun(
  dataSource: DataSource,
  strategyId: number,
  change: Partial<RunRow>,
): Promise<number> {
  const { currentRunId } = await dataSource.manager.findOneByOrFail(StrategyRowEntity, { id: strategyId });
  if (currentRunId === null) throw new Error(`strategy ${strategyId} has no run`);
  await dataSource.manager.update(RunRowEntity, { id: currentRunId }, change);
  return currentRunId;
}

export function liveStatus(runId: number, change: Partial<LiveStatus> = {}): LiveStatus {
  return {
    runId,
    jobId: `run-${runId}`,
    fence: 1,
    workerName: 'node-1',
    workerIp: '127.0.0.1',
    workerHostname: 'host',
    state: 'running',
    reason: null,
    startedAt: TIME.toISOString(),
    updatedAt: TIME.toISOString(),
    currentPrice: '60000',
    pendingBuys: 2,
    pendingSells: 1,
    positionCount: 1,
    position: '0.01',
    cycles: 3,
    fills: 7,
    realizedPnl: '1.5',
    unrealizedPnl: '-0.25',
    profit: null,
    range: 'in-range',
    phase: 'trading',
    protection: 'none',
    coverage: null,
    lastError: null,
    paramsRevision: 1,
    ...change,
  };
}

/** Writes the report and the lease of the node that runs a strategy. */
export async function report(redis: Redis, strategyId: number, status: LiveStatus): Promise<void> {
  await redis.hset(redisKeys.running(strategyId), statusToHash(status));
  await redis.set(redisKeys.lock(strategyId), 'lease');
}

export async function forgetReport(redis: Redis, strategyId: number): Promise<void> {
  await redis.del(redisKeys.running(strategyId), redisKeys.lock(strategyId));
}

interface OrderKey {
  strategy: Strategy;
  runId: number;
  accountId: number;
  generation: number;
}

const PLACE = { leg: 0, market: BTC.symbol, positionSide: 'net', slot: 0 } as const;

export async function storeOrder(
  dataSource: DataSource,
  { strategy, runId, accountId, generation }: OrderKey,
  change: Partial<OrderRow> = {},
): Promise<string> {
  const result = await dataSource.manager.insert(OrderRowEntity, {
    ...PLACE,
    strategyId: strategy.id,
    runId,
    accountId,
    side: 'buy',
    generation,
    clientOrderId: `gf${strategy.id}x${generation}`,
    exchangeOrderId: `${strategy.id}-${generation}`,
    type: 'limit',
    timeInForce: 'GTC',
    postOnly: false,
    reduceOnly: false,
    price: '59500',
    quantity: '0.01',
    filledQuantity: '0',
    filledQuote: '0',
    unitMargin: null,
    state: 'open',
    isFinal: false,
    reasonCode: null,
    reasonMessage: null,
    fence: '1',
    notAfter: TIME,
    createdAt: TIME,
    updatedAt: TIME,
    ...change,
  });
  return String(result.identifiers[0]?.['id']);
}

export async function storeFill(
  dataSource: DataSource,
  key: OrderKey,
  orderId: string,
  fill: { side: 'buy' | 'sell'; amount: string; feeQuote: string; time?: Date },
): Promise<void> {
  await dataSource.manager.insert(FillRowEntity, {
    ...PLACE,
    orderId,
    strategyId: key.strategy.id,
    accountId: key.accountId,
    tradeId: `t${key.strategy.id}-${key.generation}`,
    price: '59500',
    quantity: '0.01',
    fee: '0.000001',
    feeAsset: 'BTC',
    maker: true,
    time: TIME,
    ...fill,
  });
}

export async function storeCycle(
  dataSource: DataSource,
  key: OrderKey,
  net: string,
  completedAt = TIME,
): Promise<void> {
  await dataSource.manager.insert(CycleRowEntity, {
    ...PLACE,
    strategyId: key.strategy.id,
    runId: key.runId,
    generation: key.generation,
    part: 0,
    buyPrice: '59500',
    sellPrice: '60000',
    quantity: '0.01',
    gross: '5',
    fees: '0.1',
    net,
    completedAt,
  });
}
