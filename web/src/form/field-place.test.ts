import { RangeGridParams } from '@gridfleet/shared/domain';
import { describe, expect, it } from 'vitest';
import { placeOf } from './field-place.js';
import { fieldsOf } from './schema-fields.js';

const fields = fieldsOf(JSON.parse(JSON.stringify(RangeGridParams)));

describe('where a refusal belongs', () => {
  it('is a field, also inside a group', () => {
    expect(placeOf(fields, 'params.lower')).toMatchObject({ field: { title: 'Lower price' } });
    expect(placeOf(fields, 'params.futures.leverage')).toMatchObject({ field: { title: 'Leverage' } });
  });

  it('is the group when it names the group as a whole', () => {
    expect(placeOf(fields, 'params.futures')).toMatchObject({ group: { title: 'Futures', optional: true } });
    expect(placeOf(fields, 'params.trailing')).toMatchObject({ group: { title: 'Trailing' } });
  });

  it('is nowhere when the form has no such input', () => {
    expect(placeOf(fields, 'params.other')).toBeNull();
    expect(placeOf(fields, 'legs.0.market')).toBeNull();
  });
});
