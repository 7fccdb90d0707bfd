import { readJson, writeJson } from './json-file.js';

/** Programs whose port stays the same from start to start while it is free. */
export type PortOwner = 'redis' | 'mariadb' | 'sim' | 'api';

/** What `up` remembers between starts. */
export interface State {
  ports: Partial<Record<PortOwner, number>>;
  /** The demo has been created once; it is the user's from then on, also when stopped or deleted. */
  demoCreated: boolean;
}

function portsOf(value: unknown): State['ports'] {
  const ports: State['ports'] = {};
  const saved = Object(value) as Record<string, unknown>;
  for (const owner of ['redis', 'mariadb', 'sim', 'api'] as const) {
    const port = saved[owner];
    if (typeof port === 'number' && Number.isInteger(port) && port > 0 && port <= 65_535) ports[owner] = port;
  }
  return ports;
}

/** The saved state, or that of a first start. */
export function readState(path: string): State {
  const saved = Object(readJson(path)) as Record<string, unknown>;
  return { ports: portsOf(saved['ports']), demoCreated: saved['demoCreated'] === true };
}

export function writeState(path: string, state: State): void {
  writeJson(path, state);
}
