import { describe, expect, it } from 'vitest';
import type { Notice, PlatformEvent } from '@gridfleet/shared/schema';
import { toldOfOutbox, toldOfStream } from './classify.js';

const AT = new Date('2026-01-31T12:00:00.000Z');

function notice(part: Partial<Notice>): Notice {
  return {
    type: 'notice',
    what: 'trading-state',
    scope: 'strategy',
    scopeId: 7,
    state: null,
    reason: null,
    by: null,
    ...part,
  };
}
const because = (code: string) => ({ code, message: `Because of ${code}.` });

describe('a notice', () => {
  it.each([
    [{ state: 'HALTED', reason: because('OPERATOR_HALT'), by: 'ann@example.org' }, 'halt'],
    [{ state: 'REDUCING', reason: because('OPERATOR_HALT'), by: 'ann@example.org' }, 'halt'],
    [{ state: 'REDUCING', reason: because('DAILY_LOSS'), by: 'risk' }, 'risk-stop'],
    [{ state: 'REDUCING', reason: because('POSITION_MISMATCH'), by: 'reconciliation' }, 'exchange-mismatch'],
    [{ state: 'HALTED', reason: because('PAUSED'), by: 'ann@example.org' }, 'strategy-paused'],
    [{ state: 'ACTIVE' }, 'trading-resumed'],
    [{ what: 'run-started' }, 'strategy-started'],
    [{ what: 'run-ended', reason: because('STOPPED') }, 'strategy-stopped'],
    [{ what: 'run-ended', reason: because('STOP_LOSS') }, 'exit'],
    [{ what: 'run-ended', reason: because('TAKE_PROFIT') }, 'exit'],
    [{ what: 'run-failed', reason: because('KEY_REFUSED') }, 'key-refused'],
    [{ what: 'run-failed', reason: because('EXPOSURE_CLAIMED') }, 'run-failed'],
    [{ what: 'crash-loop', reason: because('CRASH_LOOP') }, 'crash-loop'],
  ] as [Partial<Notice>, string][])('%j is told as %s', (part, event) => {
    const told = toldOfOutbox(notice(part), AT);
    expect(told).toMatchObject({
      event,
      concerned: { scope: 'strategy', id: 7 },
      payload: { event, time: AT.toISOString(), reason: part.reason ?? null },
    });
  });
});

describe('an event of the outbox', () => {
  it('of an exit that is not over is told with its reason', () => {
    const alert: PlatformEvent = { type: 'alert', strategyId: 7, data: because('EXIT_NOT_FLAT') };
    expect(toldOfOutbox(alert, AT)).toMatchObject({
      event: 'exit',
      payload: { reason: { code: 'EXIT_NOT_FLAT' } },
    });
  });

  it.each([
    ['warning', 'risk-warning'],
    ['breach', undefined],
  ] as const)(
    'of a limit at level %s is told as %s: a breach is told by the state it causes',
    (level, event) => {
      const data = {
        scope: 'strategy' as const,
        scopeId: 7,
        code: 'DAILY_LOSS',
        level,
        message: 'x',
        used: '9',
        limit: '10',
        time: AT.toISOString(),
      };
      expect(toldOfOutbox({ type: 'risk', strategyId: 7, data }, AT)?.event).toBe(event);
    },
  );

  it('that only says "fetch it again" is not told', () => {
    expect(toldOfOutbox({ type: 'strategy', strategyId: 7, data: null }, AT)).toBeNull();
    expect(toldOfStream({ type: 'strategy', strategyId: 7, data: null })).toBeNull();
  });
});
