import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startProfile } from '../harness/inspector.js';
import type { GridfleetProcess } from '../harness/processes.js';

let folder: string | null = null;

/** Where profiles go; null for none. */
export function profileInto(path: string | null): void {
  folder = path;
}

/** Does the work; when profiles are asked for, writes what the node did meanwhile to `<name>.cpuprofile`. */
export async function profiled(
  node: GridfleetProcess,
  name: string,
  work: () => Promise<void>,
): Promise<void> {
  if (folder === null) return work();
  const stop = await startProfile(node);
  try {
    await work();
  } finally {
    await writeFile(join(folder, `${name}.cpuprofile`), await stop());
  }
}
