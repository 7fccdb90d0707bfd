import fc from 'fast-check';
import { dec, type Fill } from '@gridfleet/shared/domain';
import { describe, expect, it } from 'vitest';
import { conclusion, liveOrder, mergeReport, type LiveOrder, type ValuedReport } from './live-order.js';
import { orderRow } from '../testing/order-row.js';

const fill = (tradeId: string, quantity: string): Fill => ({
  tradeId,
  price: '100',
  quantity,
  quoteQuantity: dec(quantity).times(100).toFixed(),
  fee: '0',
  feeAsset: 'USDT',
  feeQuote: '0',
  maker: true,
  time: 1,
});

const report = (
  state: ValuedReport['state'],
  filledQuantity: string,
  trade: Fill | null = null,
): ValuedReport => ({
  clientOrderId: 'gf1',
  exchangeOrderId: '77',
  state,
  filledQuantity,
  fill: trade,
  refusal: null,
});

const NOW = 1_000;
const feed = (order: LiveOrder, ...reports: ValuedReport[]): LiveOrder =>
  reports.reduce((at, next) => mergeReport(at, next, NOW).order, order);

describe('merging what the venue says into an order', () => {
  it('closes a filled order only when every trade is booked', () => {
    const told = feed(liveOrder(orderRow({ quantity: '3' }), []), report('filled', '3', fill('a', '1')));
    expect(told.row).toMatchObject({ state: 'partially-filled', filledQuantity: '1', isFinal: false });
    expect(told.tradesMissingSince).toBe(NOW);
    const whole = feed(told, report('filled', '3', fill('b', '2')));
    expect(whole.row).toMatchObject({ state: 'filled', filledQuantity: '3', isFinal: true });
    expect(whole.tradesMissingSince).toBeNull();
  });

  it('takes an order whose trades are its whole quantity for filled, whatever was last said of its state', () => {
    const open = feed(liveOrder(orderRow({ quantity: '3' }), []), report('open', '0'));
    const part = feed(open, { ...conclusion(open, 'open', null), fill: fill('a', '1') });
    expect(part.row).toMatchObject({ state: 'open', filledQuantity: '1', isFinal: false });
    const whole = feed(part, { ...conclusion(part, 'open', null), fill: fill('b', '2') });
    expect(whole.row).toMatchObject({ state: 'filled', filledQuantity: '3', isFinal: true });
    expect(whole.tradesMissingSince).toBeNull();
    // What the exchange says later agrees, or is older.
    const later = mergeReport(whole, report('partially-filled', '1'), NOW);
    expect([later.changed, later.contradiction]).toEqual([false, false]);
    expect(mergeReport(whole, report('filled', '3'), NOW).changed).toBe(false);
  });

  it('books a trade once however often it comes', () => {
    const trade = report('partially-filled', '1', fill('a', '1'));
    const order = feed(liveOrder(orderRow({ quantity: '3' }), []), trade, trade, trade);
    expect(order.row).toMatchObject({ filledQuantity: '1', filledQuote: '100' });
  });

  it('keeps a fill that comes after the cancel', () => {
    const order = feed(
      liveOrder(orderRow({ quantity: '3' }), []),
      report('canceled', '0'),
      report('canceled', '1', fill('late', '1')),
    );
    expect(order.row).toMatchObject({ state: 'canceled', filledQuantity: '1', isFinal: true });
  });

  it('does not let an older report lead backwards', () => {
    const order = feed(
      liveOrder(orderRow({ quantity: '3' }), []),
      report('partially-filled', '1', fill('a', '1')),
      report('open', '0'),
    );
    expect(order.row.state).toBe('partially-filled');
  });

  it('adopts an order that was thought never sent', () => {
    const order = liveOrder(orderRow({}), []);
    const gone = mergeReport(order, conclusion(order, 'never-sent', null), NOW).order;
    expect(gone.row.isFinal).toBe(true);
    expect(feed(gone, report('open', '0')).row).toMatchObject({
      state: 'open',
      isFinal: false,
      exchangeOrderId: '77',
    });
  });

  it('converges to the same books for any order, repetition and delay of the reports', () => {
    const truth = [
      report('open', '0'),
      report('partially-filled', '1', fill('a', '1')),
      report('partially-filled', '1.5', fill('b', '0.5')),
      report('filled', '3', fill('c', '1.5')),
    ];
    const shuffled = fc
      .array(fc.constantFrom(...truth), { maxLength: 8 })
      .chain((extra) =>
        fc.shuffledSubarray([...truth, ...extra], { minLength: truth.length + extra.length }),
      );
    fc.assert(
      fc.property(shuffled, (reports) => {
        const order = feed(liveOrder(orderRow({ quantity: '3' }), []), ...reports);
        expect(order.row).toMatchObject({
          state: 'filled',
          filledQuantity: '3',
          filledQuote: '300',
          isFinal: true,
        });
      }),
    );
  });
});

describe('an update that excludes what is known', () => {
  it('changes nothing and is told once', () => {
    const order = liveOrder(orderRow({ state: 'expired', isFinal: true, exchangeOrderId: 'x1' }), []);
    const contrary = { ...conclusion(order, 'canceled', null), exchangeOrderId: 'x1' };
    const first = mergeReport(order, contrary, 1_000);
    expect(first).toMatchObject({
      changed: false,
      contradiction: true,
      order: { row: { state: 'expired' } },
    });
    expect(mergeReport(first.order, contrary, 2_000)).toMatchObject({ changed: false, contradiction: false });
  });

  it('is not one that is merely late', () => {
    const order = liveOrder(orderRow({ state: 'filled', isFinal: true, filledQuantity: '1' }), ['t']);
    const late = { ...conclusion(order, 'open', null), filledQuantity: '0' };
    expect(mergeReport(order, late, 1_000)).toMatchObject({ changed: false, contradiction: false });
  });
});
