import type { Simulator } from '../simulator-options.js';

export interface ControlAnswer {
  status: number;
  body: Record<string, unknown> & { error?: string };
}

/** Calls the simulator's own interface; `path` without `/_sim`. */
export async function control(
  simulator: Simulator,
  method: string,
  path: string,
  body?: unknown,
): Promise<ControlAnswer> {
  const response = await fetch(`${simulator.url}/_sim${path}`, {
    method,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(5000),
  });
  return { status: response.status, body: (await response.json()) as ControlAnswer['body'] };
}
