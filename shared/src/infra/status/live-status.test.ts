import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashToStatus, statusToHash, type LiveStatus } from './live-status.js';

const money = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.stringMatching(/^\d{1,18}$/))
  .map(([negative, whole, part]) => `${negative ? '-' : ''}${whole}.${part}`);
const text = fc.string({ minLength: 1 }).filter((value) => value.trim() !== '');
const reason = fc.option(fc.record({ code: text, message: fc.string() }));
const time = fc
  .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
  .map((date) => date.toISOString());
const profit = fc.record({
  grid: money,
  inventoryRealised: money,
  inventoryUnrealised: money,
  priceImprovement: money,
  funding: money,
  openFees: money,
  total: money,
});
const count = fc.nat();
const status: fc.Arbitrary<LiveStatus> = fc.record({
  runId: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  jobId: fc.option(text),
  fence: fc.option(fc.maxSafeNat()),
  workerName: fc.option(text),
  workerIp: fc.option(text),
  workerHostname: fc.option(text),
  state: fc.constantFrom(
    'queued',
    'claiming',
    'recovering',
    'running',
    'waiting',
    'stopping',
    'stopped',
    'failed',
  ),
  reason,
  startedAt: fc.option(time),
  updatedAt: fc.option(time),
  currentPrice: fc.option(money),
  pendingBuys: count,
  pendingSells: count,
  positionCount: count,
  position: money,
  cycles: count,
  fills: count,
  realizedPnl: money,
  unrealizedPnl: money,
  profit: fc.option(profit),
  range: fc.option(text),
  phase: fc.option(text),
  protection: fc.option(fc.constantFrom('exchange', 'platform', 'none')),
  coverage: fc.option(money),
  lastError: reason,
  paramsRevision: count,
});

describe('the status hash', () => {
  test('gives back exactly what was written', () => {
    fc.assert(
      fc.property(status, (one) => {
        expect(hashToStatus(statusToHash(one))).toEqual(one);
      }),
    );
  });

  test('is null when a field is missing or unreadable, rather than half a status', () => {
    fc.assert(
      fc.property(
        status,
        fc.constantFrom('run_id', 'status', 'pending_buys', 'position', 'cycles', 'params_revision'),
        fc.constantFrom('', 'x', '{'),
        (one, field, value) => {
          expect(hashToStatus({ ...statusToHash(one), [field]: value })).toBeNull();
        },
      ),
    );
    expect(hashToStatus({})).toBeNull();
  });

  test('names the job by its older name, too', () => {
    fc.assert(fc.property(status, (one) => statusToHash(one).task_id === statusToHash(one).job_id));
  });
});
