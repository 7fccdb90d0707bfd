import { VenueError } from '../venue/errors.js';
import type { SpotHost } from './spot-host.js';

/** A wrong command answers 400 with the reason and changes nothing. */
export function command(run: () => unknown, reply: { code(status: number): unknown }): unknown {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof VenueError)) throw error;
    reply.code(400);
    return { error: error.message };
  }
}

/** @throws RangeError when the body is not a JSON object. */
export function readJson(body: unknown): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(typeof body === 'string' ? body : '');
  } catch {
    throw new RangeError('the body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new RangeError('the body is not an object');
  return value as Record<string, unknown>;
}

/** The venue a command names, the main one when it names none. @throws RangeError when there is no such venue. */
export function hostOf(hosts: readonly SpotHost[], name: unknown): SpotHost {
  const host = name === undefined ? hosts[0] : hosts.find((found) => found.name === name);
  if (!host) throw new RangeError(`there is no venue ${String(name)}`);
  return host;
}
