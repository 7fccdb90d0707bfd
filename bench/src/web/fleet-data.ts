import type { Account, FillDto, Strategy, StrategyStatus, Trade } from '@gridfleet/shared/schema';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const MARKET = 'BTC/USDT';

const iso = (ms: number): string => new Date(ms).toISOString();

export const ACCOUNT: Account = {
  id: 1,
  label: 'bench',
  venue: 'binance',
  environment: 'sim',
  credentialFields: ['apiKey', 'secret'],
  fingerprint: '0123456789ab',
  isActive: true,
  tradingState: 'ACTIVE',
  orphanPolicy: 'report',
  createdAt: iso(START),
  updatedAt: iso(START),
};

/** The status of a running grid at one moment; price, orders and profit move with `tick`. */
export function statusOf(id: number, tick: number): StrategyStatus {
  const price = (60_000 + ((id * 37 + tick * 13) % 2_000) / 10).toFixed(2);
  const profit = ((id + tick) / 100).toFixed(4);
  return {
    strategyId: id,
    runId: id,
    desiredState: 'running',
    state: 'running',
    reason: null,
    isRunning: true,
    jobId: `run-${id}`,
    workerName: `node-${(id % 4) + 1}`,
    workerIp: '10.0.0.1',
    workerHostname: 'bench',
    fence: 1,
    startedAt: iso(START),
    updatedAt: iso(Date.now()),
    currentPrice: price,
    pendingBuys: 8 + (tick % 5),
    pendingSells: 12 - (tick % 5),
    positionCount: 12,
    position: '0.0600',
    cycles: tick,
    fills: 20 + tick,
    realizedPnl: profit,
    unrealizedPnl: '0.5',
    profit: {
      grid: profit,
      inventoryRealised: '0',
      inventoryUnrealised: '0.5',
      priceImprovement: '0',
      funding: '0',
      openFees: '0.01',
      total: profit,
    },
    range: 'in-range',
    phase: 'trading',
    protection: 'none',
    coverage: '0.9990',
    lastError: null,
  };
}

export function strategyOf(id: number): Strategy {
  return {
    id,
    name: `grid ${id}`,
    kind: 'range-grid',
    params: { lower: '59000', upper: '61000', levels: 21, quantity: { mode: 'base', value: '0.005' } },
    revision: 1,
    legs: [{ leg: 0, name: 'leg 1', accountId: 1, venue: 'binance', environment: 'sim', market: MARKET }],
    desiredState: 'running',
    tradingState: 'ACTIVE',
    workerName: null,
    labels: [],
    isDeleted: false,
    createdAt: iso(START),
    updatedAt: iso(START),
    status: statusOf(id, 0),
  };
}

export function fillOf(index: number, strategies: number): FillDto {
  return {
    id: String(index),
    orderId: String(index),
    strategyId: (index % strategies) + 1,
    accountId: 1,
    market: MARKET,
    slot: index % 20,
    side: index % 2 === 0 ? 'buy' : 'sell',
    tradeId: String(1_000_000 + index),
    price: (60_000 + (index % 500)).toFixed(2),
    quantity: '0.005',
    amount: '300',
    fee: '0.03',
    feeAsset: 'USDT',
    feeQuote: '0.03',
    maker: true,
    time: iso(START + index * 1_000),
  };
}

export function tradeOf(index: number, strategies: number): Trade {
  const fill = fillOf(index, strategies);
  return { ...fill, strategyName: `grid ${fill.strategyId}`, linkedOrderId: null };
}
