import { expect, it } from 'vitest';
import { runSession } from './harness/session-report.js';
import { SESSIONS } from './harness/sessions.js';
import { differencesOf } from './harness/text.js';

/** A part of the first session; `npm run parity` has all of all five. */
const SHORT_MS = 60_000;
const SPEED = 8;
const LEAST_FILLS = 20;

it('trades a recorded session live as the backtest does, but for the time orders take', async () => {
  const [session] = SESSIONS;
  const report = await runSession({ ...session, toMs: session.fromMs + SHORT_MS }, SPEED);
  expect(report.unexplained, differencesOf(report)).toEqual([]);
  expect(report.live.trades.length).toBeGreaterThanOrEqual(LEAST_FILLS);
  expect(report.same).toBeGreaterThan(0);
});
