import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';

/** What a command of one test sees and says. */
export interface CommandLine {
  /** A folder of its own. */
  folder: string;
  /** What it has written to stdout and to stderr. */
  printed: string;
  complained: string;
  /** Writes a file into the folder; an object as JSON. @returns its path */
  file(name: string, content: string | Uint8Array | object): string;
}

/** Gives each test of a file a folder, and catches what its commands print. */
export function commandLine(): CommandLine {
  const line: CommandLine = {
    folder: '',
    printed: '',
    complained: '',
    file(name, content) {
      const path = join(line.folder, name);
      const isRaw = typeof content === 'string' || content instanceof Uint8Array;
      writeFileSync(path, isRaw ? content : JSON.stringify(content));
      return path;
    },
  };
  beforeEach(() => {
    line.folder = mkdtempSync(join(tmpdir(), 'gridfleet-cli-'));
    line.printed = '';
    line.complained = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      line.printed += String(text);
      return true;
    });
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      line.complained += String(text);
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(line.folder, { recursive: true });
  });
  return line;
}
