import type { FastifyRequest } from 'fastify';
import { GridfleetError } from '@gridfleet/shared/schema';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

function hostOf(origin: string): string | null {
  // Browsers send the text "null" for opaque origins (sandboxed frames, files).
  return URL.canParse(origin) ? new URL(origin).host : null;
}

/**
 * Refuses what another web site makes a browser send. Without a gateway the Host must be a loopback name as well: a
 * foreign name that resolves to 127.0.0.1 would make its site "same origin".
 * @throws GridfleetError FORBIDDEN_ORIGIN
 */
export function checkSameOrigin(request: FastifyRequest, behindGateway: boolean): void {
  const host = (request.headers.host ?? '').toLowerCase();
  if (!behindGateway && !LOOPBACK.test(host)) {
    throw new GridfleetError('FORBIDDEN_ORIGIN', 'The Host header does not name this machine');
  }
  const { origin } = request.headers;
  if (origin !== undefined && hostOf(origin)?.toLowerCase() !== host) {
    throw new GridfleetError('FORBIDDEN_ORIGIN', 'The request comes from another web site');
  }
}
