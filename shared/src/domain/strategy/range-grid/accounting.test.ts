import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dec, decStr, sum } from '../../numbers/decimal.js';
import { assignBase } from './accounting.js';
import { takeFromLots } from './lots.js';
import type { Lot } from './state.js';
import { TestSession } from './test-session.js';

const amount = fc.integer({ min: 1, max: 10 ** 12 }).map((units) => decStr(dec(String(units)).div(10 ** 8)));
const lots = fc.array(fc.record({ base: amount, fee: amount }), { maxLength: 6 });
const total = (items: readonly Lot[], key: keyof Lot): string => decStr(sum(items.map((lot) => lot[key])));

describe('lots', () => {
  it('go out oldest first, with their part of the fee', () => {
    const taken = takeFromLots(
      [
        { base: '1', fee: '0.3' },
        { base: '3', fee: '0.1' },
      ],
      dec('2'),
    );
    expect(taken.rest).toEqual([{ base: '2', fee: '0.066666666666666667' }]);
    expect(decStr(taken.fee)).toBe('0.333333333333333333');
    expect(decStr(taken.short)).toBe('0');
  });

  it('lose no base and no fee, however they are cut', () => {
    fc.assert(
      fc.property(lots, amount, (all, quantity) => {
        const { rest, fee, short } = takeFromLots(all, dec(quantity));
        const gone = dec(quantity).minus(short);
        expect(decStr(gone.plus(total(rest, 'base')))).toBe(total(all, 'base'));
        expect(decStr(fee.plus(total(rest, 'fee')))).toBe(total(all, 'fee'));
        expect(short.isZero() || rest.length === 0).toBe(true);
      }),
    );
  });
});

describe('base given to a cell', () => {
  it('is booked at the cell’s buy level, and the difference to its cost is realised', () => {
    const session = new TestSession({ params: { levels: 2 } });
    const header = {
      ...session.state.header,
      unassigned: { base: '3', cost: '450', fee: '0.45' },
    };
    const moved = assignBase(header, session.cell(0), dec('1'), {
      open: dec('152'),
      close: dec('170'),
      sign: 1,
    });
    expect(moved.header.inventoryRealised).toBe('2');
    expect(moved.header.unassigned).toEqual({ base: '2', cost: '300', fee: '0.3' });
    expect(moved.cell.lots).toEqual([{ base: '1', fee: '0.15' }]);
  });
});
