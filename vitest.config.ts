import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/harness/longest-first.js';

const src = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Tests read the TypeScript sources of the workspaces; only spawned processes use the build. */
export default defineConfig({
  resolve: {
    alias: [
      {
        find: '@gridfleet/shared/domain/backtest',
        replacement: src('./shared/src/domain/backtest/index.ts'),
      },
      {
        find: '@gridfleet/shared/domain/matching',
        replacement: src('./shared/src/domain/matching/index.ts'),
      },
      { find: '@gridfleet/shared/domain', replacement: src('./shared/src/domain/index.ts') },
      { find: '@gridfleet/shared/schema', replacement: src('./shared/src/schema/index.ts') },
      { find: '@gridfleet/shared/infra', replacement: src('./shared/src/infra/index.ts') },
      { find: '@gridfleet/sim', replacement: src('./sim/src/index.ts') },
      { find: '@gridfleet/api', replacement: src('./api/src/index.ts') },
      { find: '@gridfleet/worker', replacement: src('./worker/src/index.ts') },
    ],
  },
  test: {
    reporters: ['default'],
    sequence: { sequencer: LongestFirst },
    // A waiting assertion may wait: how busy the machine is, is not what a test is about.
    expect: { poll: { timeout: 15_000, interval: 25 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // One file on each core: half of them only wait for sockets.
          maxWorkers: 2,
          // Files share what they import: loading it again for each was half of the time.
          isolate: false,
          sequence: { groupOrder: 0 },
          include: ['{shared,sim,api,worker,cli,web,scripts}/**/*.test.{ts,mjs}'],
          exclude: ['**/node_modules/**', '**/dist/**', '**/*.int.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          sequence: { groupOrder: 1 },
          include: ['{shared,sim,api,worker,cli,scripts}/**/*.int.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          globalSetup: ['tests/services.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          // As above; a file gives back what it changes, the environment and spies above all.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          sequence: { groupOrder: 2 },
          include: ['tests/**/*.e2e.test.ts'],
          globalSetup: ['tests/services.ts'],
          testTimeout: 240_000,
          hookTimeout: 120_000,
          // Mostly they wait for venues and clocks: two systems fit on two cores.
          maxWorkers: 2,
          isolate: false,
        },
      },
    ],
  },
});
