import { describe, expect, test } from 'vitest';
import { nodeProblem } from './node-version.mjs';

describe('the Node.js version', () => {
  test.each(['20.19.0', '20.20.2', '22.0.0', '26.1.0'])('%s is fine', (version) => {
    expect(nodeProblem(version)).toBeUndefined();
  });

  test.each(['18.20.4', '20.18.9', '20.9.0'])(
    '%s is refused with both versions in one sentence',
    (version) => {
      expect(nodeProblem(version)).toContain('20.19');
      expect(nodeProblem(version)).toContain(version);
    },
  );
});
