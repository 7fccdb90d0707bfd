import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Test files that take half a minute or more: begun last, one of them would run alone at the end. Longest first. */
const LONG = [
  'browser',
  'storage-faults',
  'account-faults',
  'fleet',
  'address-faults',
  'up',
  'operate',
  'chaos',
  'first-trade',
  'backtest',
  'parity',
  'futures',
  'risk',
];

function rank({ moduleId }: TestSpecification): number {
  const place = LONG.findIndex((name) => moduleId.endsWith(`/${name}.e2e.test.ts`));
  return place === -1 ? LONG.length : place;
}

/** Starts the long test files first, the others in Vitest's own order. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => rank(a) - rank(b));
  }
}
