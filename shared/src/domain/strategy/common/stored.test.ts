import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { readStored } from './stored.js';

const Cell = Type.Object({
  base: Type.String(),
  short: Type.Boolean({ default: false }),
  waiting: Type.Union([Type.Object({ failures: Type.Integer() }), Type.Null()]),
});

describe('stored JSON', () => {
  it('is read as it was written', () => {
    const stored = { base: '1.5', short: true, waiting: { failures: 2 } };
    expect(readStored(Cell, stored, 'slot 3')).toEqual(stored);
  });

  it('of a version that did not know a field yet has the default of it, and is not changed itself', () => {
    const stored = { base: '1.5', waiting: null };
    expect(readStored(Cell, stored, 'slot 3')).toEqual({ base: '1.5', short: false, waiting: null });
    expect(stored).toEqual({ base: '1.5', waiting: null });
  });

  it('that has another form is refused with what was read, the field and what it must be', () => {
    const read = (stored: unknown) => (): unknown => readStored(Cell, stored, 'slot 3');
    expect(read({ base: 1, short: false, waiting: null })).toThrow('slot 3/base must be string');
    expect(read({ base: '1', short: false, waiting: { failures: 0.5 } })).toThrow(
      'slot 3/waiting/failures must be integer',
    );
    expect(read('nothing')).toThrow('slot 3 must be object');
  });
});
