import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  dec,
  DENIAL_CODES,
  ZERO,
  type Denial,
  type DenialCode,
  type Market,
  type RiskLimits,
  type RiskStopCode,
} from '@gridfleet/shared/domain';
import type { OrderRow } from '@gridfleet/shared/infra';
import { orderRow } from '../testing/order-row.js';
import { policy } from '../testing/policies.js';
import { SOL_LEG } from '../testing/sol-leg.js';
import { Admission, resourceKey, type AdmissionView, type Holding, type MarketQuote } from './admission.js';
import type { Allocation } from './capital.js';
import type { HeldNow } from './scope-use.js';

const MARKET: Market = { ...SOL_LEG.market, symbol: 'BTC/USDT', base: 'BTC' };
const QUOTE: MarketQuote = { bid: dec('99.9'), ask: dec('100') };

/** What keeps an order of 1 at 100 back, and the same situation in which it just passes. */
interface Case {
  denied: Situation;
  passes: Situation;
}
interface Situation {
  view?: Partial<AdmissionView>;
  row?: Partial<OrderRow>;
  others?: OrderRow[];
  quote?: MarketQuote | null;
  held?: Partial<HeldNow>;
  unguarded?: Denial;
}

const limits = (given: RiskLimits | 'unreadable'): Partial<AdmissionView> => ({
  policies: [policy({ limits: given })],
});
/** A limit that is passed with one value and not with the other. */
const limited = (over: RiskLimits, just: RiskLimits, beside: Situation = {}): Case => ({
  denied: { ...beside, view: limits(over) },
  passes: { ...beside, view: limits(just) },
});
const other = orderRow({ clientOrderId: 'gf2', createdAt: new Date(0) });
const market: Situation = { row: { price: null, type: 'market', quantity: '1' } };
const holding = (total: string): AdmissionView['holdings'] =>
  new Map<string, Holding>([
    [resourceKey(1, 'USDT'), { total: dec(total), foreignLocked: dec('10'), reserved: dec('50'), readAt: 0 }],
  ]);
const share = (member: number, amount: string): Allocation[] => [
  {
    id: 1,
    name: 'share',
    accountId: 1,
    asset: 'USDT',
    amount: dec(amount),
    members: new Map([[member, ZERO]]),
  },
];
/** REDUCING for a limit that was broken: what opens is refused under the limit's own code, what closes passes. */
const stopped = (code: RiskStopCode | 'OPERATOR'): Case => {
  const view = { policies: [policy({ state: 'REDUCING', reason: { code, message: 'Too much.' } })] };
  return { denied: { view }, passes: { view, row: { side: 'sell' } } };
};

const NO_STOP: Denial = { code: 'EXCHANGE_STOP_REQUIRED', message: 'The stop does not rest yet.' };
const closing: Situation = { row: { side: 'sell', reduceOnly: true }, held: { base: dec('1') } };

const CASES: Readonly<Record<DenialCode, Case>> = {
  TRADING_HALTED: {
    denied: { view: { policies: [policy({ state: 'HALTED' })] }, row: { side: 'sell', reduceOnly: true } },
    passes: { view: { policies: [policy()] } },
  },
  TRADING_REDUCING: stopped('OPERATOR'),
  DAILY_LOSS_LIMIT: stopped('DAILY_LOSS_LIMIT'),
  DRAWDOWN_LIMIT: stopped('DRAWDOWN_LIMIT'),
  LOSS_STREAK: stopped('LOSS_STREAK'),
  TIME_STOP: stopped('TIME_STOP'),
  PRICE_STOP: stopped('PRICE_STOP'),
  LIMITS_UNREADABLE: { denied: { view: limits('unreadable') }, passes: { view: limits({}) } },
  NO_QUOTE: {
    denied: { ...market, quote: null, view: limits({ maxOrderNotional: '1000' }) },
    passes: { ...market, view: limits({ maxOrderNotional: '1000' }) },
  },
  ORDER_TOO_LARGE: limited({ maxOrderNotional: '99.99' }, { maxOrderNotional: '100' }),
  TOO_MANY_OPEN_ORDERS: limited({ maxOpenOrders: 1 }, { maxOpenOrders: 2 }, { others: [other] }),
  OPEN_NOTIONAL_LIMIT: limited(
    { maxOpenNotional: '199.99' },
    { maxOpenNotional: '200' },
    { others: [other] },
  ),
  ORDER_RATE_LIMIT: limited({ maxOrdersPerSecond: 1 }, { maxOrdersPerSecond: 2 }, { others: [other] }),
  TOO_MANY_POSITIONS: limited(
    { maxOpenPositions: 2 },
    { maxOpenPositions: 3 },
    { others: [other], held: { positions: 1 } },
  ),
  EXPOSURE_LIMIT: limited({ maxExposure: '149' }, { maxExposure: '150' }, { held: { cost: dec('50') } }),
  ASSET_EXPOSURE_LIMIT: limited(
    { maxAssetExposure: '149' },
    { maxAssetExposure: '150' },
    { held: { cost: dec('50') } },
  ),
  PRICE_BAND: limited(
    { priceBandPercent: '4.9' },
    { priceBandPercent: '5' },
    { row: { price: '105', quantity: '1' } },
  ),
  FUNDS_RESERVED: {
    denied: { view: { holdings: holding('159.99') } },
    passes: { view: { holdings: holding('160') } },
  },
  ALLOCATION_EXCEEDED: {
    denied: { view: { holdings: holding('1000'), allocations: share(1, '99.99') } },
    passes: { view: { holdings: holding('1000'), allocations: share(1, '100') } },
  },
  FUNDS_ALLOCATED: {
    denied: { view: { holdings: holding('200'), allocations: share(2, '40.01') } },
    passes: { view: { holdings: holding('200'), allocations: share(2, '40') } },
  },
  EXCHANGE_STOP_REQUIRED: { denied: { unguarded: NO_STOP }, passes: { unguarded: NO_STOP, ...closing } },
};

function codeOf({ view, row, others = [], quote = QUOTE, held, unguarded }: Situation): string | null {
  const admission = new Admission({ policies: [], holdings: null, ...view });
  const has: HeldNow = { base: ZERO, positions: 0, cost: ZERO, ...held };
  return (
    admission.refusal(MARKET, orderRow(row ?? {}), others, quote, () => has, unguarded ?? null)?.code ?? null
  );
}

describe('every code of the catalogue', () => {
  it.each(DENIAL_CODES)('%s is given when its rule is broken, and not when it is just kept', (code) => {
    const { denied, passes } = CASES[code];
    expect(codeOf(denied)).toBe(code);
    expect(codeOf(passes)).toBeNull();
  });

  it('is explained where people look it up', () => {
    const docs = ['risk', 'order-path']
      .map((name) => readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8'))
      .join('\n');
    expect(DENIAL_CODES.filter((code) => !docs.includes(`\`${code}\``))).toEqual([]);
  });
});
