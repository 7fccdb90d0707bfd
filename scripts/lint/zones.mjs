import { relative, sep } from 'node:path';
import { ROOT } from '../lib/paths.mjs';

const SHARED = ['domain', 'schema', 'infra'];

/**
 * Which part of the product may import which: arrows point inwards only.
 * `externals` limits npm packages, `node: false` forbids Node's own modules (code that also runs in a browser).
 */
export const ZONES = {
  domain: { imports: ['domain'], externals: ['typebox', 'decimal.js'], node: false },
  schema: { imports: ['schema', 'domain'], externals: ['typebox'], node: false },
  infra: { imports: SHARED },
  api: { imports: ['api', ...SHARED] },
  worker: { imports: ['worker', ...SHARED] },
  sim: { imports: ['sim', 'domain'] },
  web: { imports: ['web', 'domain', 'schema'], node: false },
  cli: { imports: ['cli', ...SHARED, 'api', 'worker', 'sim'] },
  bench: { imports: ['bench', ...SHARED, 'sim', 'worker'] },
};

/** Zone of each public entry point. */
const ENTRY_POINTS = {
  '@gridfleet/shared/domain': 'domain',
  '@gridfleet/shared/domain/backtest': 'domain',
  '@gridfleet/shared/domain/matching': 'domain',
  '@gridfleet/shared/schema': 'schema',
  '@gridfleet/shared/infra': 'infra',
  '@gridfleet/api': 'api',
  '@gridfleet/worker': 'worker',
  '@gridfleet/sim': 'sim',
  '@gridfleet/bench': 'bench',
  '@gridfleet/web': 'web',
  gridfleet: 'cli',
};

/** The zone an entry point belongs to; undefined when the specifier is none of ours. */
export function zoneOfPackage(specifier) {
  return ENTRY_POINTS[specifier];
}

/** The zone a source file belongs to; undefined for tests, scripts and configuration, which are free. */
export function zoneOfFile(path) {
  const [top, src, part] = relative(ROOT, path).split(sep);
  if (src !== 'src') return undefined;
  if (top === 'shared') return SHARED.includes(part) ? part : undefined;
  return Object.hasOwn(ZONES, top) ? top : undefined;
}

/** The workspace a file lies in, e.g. "shared"; tests and scripts count as their own. */
export function workspaceOf(path) {
  return relative(ROOT, path).split(sep)[0];
}

/** Tests and their helpers (`src/testing`) sit beside the code but may use more: other packages, test libraries. */
export function isTest(path) {
  return /\.test\.(?:ts|mjs)$/.test(path) || relative(ROOT, path).split(sep)[2] === 'testing';
}
