import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isStillRunning, type ProcessIdentity } from './process-identity.js';

/** Notes on disk which programs run, so that a later start finds them even if this one is killed. */
export class ProcessRecords {
  constructor(private readonly dir: string) {}

  note(name: string, { pid, startTime }: ProcessIdentity): void {
    mkdirSync(this.dir, { recursive: true });
    writeFileSync(this.path(name), JSON.stringify({ pid, startTime }));
  }

  forget(name: string): void {
    rmSync(this.path(name), { force: true });
  }

  /** Programs of earlier starts that still run; records of ended ones are removed. */
  running(): { name: string; identity: ProcessIdentity }[] {
    mkdirSync(this.dir, { recursive: true });
    const found = [];
    for (const file of readdirSync(this.dir)) {
      const name = file.replace(/\.json$/, '');
      const identity = this.read(name);
      if (identity !== undefined && isStillRunning(identity)) found.push({ name, identity });
      else this.forget(name);
    }
    return found;
  }

  private path(name: string): string {
    return join(this.dir, `${name}.json`);
  }

  private read(name: string): ProcessIdentity | undefined {
    let saved: unknown;
    try {
      saved = JSON.parse(readFileSync(this.path(name), 'utf8'));
    } catch {
      return undefined; // cut short by a crash: that program was never reported as started
    }
    const { pid, startTime } = Object(saved) as Record<string, unknown>;
    return typeof pid === 'number' && typeof startTime === 'string' ? { pid, startTime } : undefined;
  }
}
