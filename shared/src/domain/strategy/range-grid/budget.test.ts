import { describe, expect, it } from 'vitest';
import { TestSession } from './test-session.js';

function budgeted(maxOrders: number): TestSession {
  const session = new TestSession({ params: { maxOrders } });
  session.acceptAll();
  session.quote(14_999, 15_000);
  session.acceptAll();
  return session;
}

const prices = (session: TestSession): number[] =>
  session.exchange
    .live()
    .map((order) => order.price ?? 0)
    .sort((a, b) => a - b);

describe('an order budget', () => {
  it('rests the nearest orders; the others are virtual and say so', () => {
    const session = budgeted(4);
    expect(prices(session)).toEqual([14_600, 14_800, 15_200, 15_400]);
    const waiting = session.cells().filter(([, cell]) => cell.order === null);
    expect(waiting).toHaveLength(11);
    expect(waiting.every(([, cell]) => cell.waiting?.code === 'VIRTUAL')).toBe(true);
  });

  it('exchanges a far order for a near one, cancelling first and never above the budget', () => {
    const session = budgeted(4);
    let most = 0;
    session.afterEvent = () => {
      most = Math.max(most, session.exchange.live().length);
    };
    session.walkTo(15_450, 15_451);
    for (let round = 0; round < 10; round += 1) {
      for (const order of session.exchange.live()) if (order.cancelRequested) session.cancel(order);
      session.acceptAll();
    }
    expect(prices(session)).toEqual([15_000, 15_200, 15_600, 15_800]);
    expect(most).toBe(4);
  });

  it('waits for the first quote after a restart', () => {
    const session = budgeted(4);
    const order = session.order(4);
    session.state = session.restored();
    session.fill(order);
    expect(session.commands.filter((command) => command.type === 'place')).toEqual([]);
    session.quote(14_799, 14_801);
    expect(session.exchange.live()).toHaveLength(4);
  });
});
