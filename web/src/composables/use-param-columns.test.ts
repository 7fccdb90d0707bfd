import { strategyKinds } from '@gridfleet/shared/domain';
import { describe, expect, it } from 'vitest';
import { numberFields } from './use-param-columns.js';

const schemaOf = (kind: string): unknown => strategyKinds.get(kind)?.schema;

describe('numberFields', () => {
  it('has numbers alone, inner ones too, and nothing of a group that may be off', () => {
    const names = [...numberFields([schemaOf('range-grid')]).keys()];
    expect(names).toEqual(expect.arrayContaining(['lower', 'upper', 'levels', 'quantity.value']));
    expect(names).not.toContain('quantity.mode');
    expect(names.some((name) => name.startsWith('exit.'))).toBe(false);
  });

  it('names what several kinds share once', () => {
    const names = [...numberFields([schemaOf('range-grid'), schemaOf('range-grid')]).keys()];
    expect(new Set(names).size).toBe(names.length);
    expect(numberFields([undefined]).size).toBe(0);
  });
});
