import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const PACKAGES = ['shared', 'sim', 'api', 'worker', 'cli', 'bench', 'web'];
const ROOT_FILES = ['package-lock.json', 'tsconfig.json', 'tsconfig.base.json'];
const SKIPPED = new Set(['node_modules', 'dist', 'data', '.vite']);

function* filesBelow(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (SKIPPED.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

/** A hash over path, size and modification time of everything a build reads. */
export function sourceHash(root) {
  const hash = createHash('sha256');
  const packages = PACKAGES.map((name) => join(root, name)).filter((path) => existsSync(path));
  const files = ROOT_FILES.map((name) => join(root, name)).filter((path) => existsSync(path));
  for (const folder of packages) files.push(...filesBelow(folder));
  for (const path of files) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${relative(root, path)}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

const stampPath = (root) => join(root, '.gridfleet', 'build-stamp');

/** What a build must have left behind; a stamp without it is worth nothing (somebody removed dist). */
function resultsExist(root) {
  return PACKAGES.every((name) => {
    if (name === 'web')
      return (
        !existsSync(join(root, 'web', 'index.html')) || existsSync(join(root, 'web', 'dist', 'index.html'))
      );
    return !existsSync(join(root, name, 'src')) || existsSync(join(root, name, 'dist', '.tsbuildinfo'));
  });
}

/** Whether the last successful build was of exactly these sources. */
export function isBuildCurrent(root, hash = sourceHash(root)) {
  if (!existsSync(stampPath(root)) || !resultsExist(root)) return false;
  return readFileSync(stampPath(root), 'utf8').trim() === hash;
}

/** Remembers that the sources with this hash are built. */
export function writeBuildStamp(root, hash) {
  mkdirSync(dirname(stampPath(root)), { recursive: true });
  writeFileSync(stampPath(root), `${hash}\n`);
}
