import type { FastifyRequest } from 'fastify';
import { GridfleetError } from '@gridfleet/shared/schema';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface OriginRules {
  behindGateway: boolean;
  /** Origins of other pages that may call, exactly as browsers send them. */
  corsOrigins: readonly string[];
}

function hostOf(origin: string): string | null {
  // Browsers send the text "null" for opaque origins (sandboxed frames, files).
  return URL.canParse(origin) ? new URL(origin).host : null;
}

/**
 * Refuses what another web site makes a browser send. Without a gateway the Host must be a loopback name as well: a
 * foreign name that resolves to 127.0.0.1 would make its site "same origin". A command that comes with a cookie must
 * prove where it comes from: browsers name the origin of every command, and a forger cannot take that away.
 * @throws GridfleetError FORBIDDEN_ORIGIN
 */
export function checkSameOrigin(request: FastifyRequest, { behindGateway, corsOrigins }: OriginRules): void {
  const host = (request.headers.host ?? '').toLowerCase();
  if (!behindGateway && !LOOPBACK.test(host)) {
    throw new GridfleetError('FORBIDDEN_ORIGIN', 'The Host header does not name this machine');
  }
  const { origin, cookie } = request.headers;
  const isAllowed = origin !== undefined && corsOrigins.includes(origin);
  if (origin !== undefined && !isAllowed && hostOf(origin)?.toLowerCase() !== host) {
    throw new GridfleetError('FORBIDDEN_ORIGIN', 'The request comes from another web site');
  }
  if (SAFE.has(request.method) || isAllowed) return;
  const site = request.headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') {
    throw new GridfleetError('FORBIDDEN_ORIGIN', 'The command comes from another web site');
  }
  if (cookie !== undefined && origin === undefined && site === undefined) {
    throw new GridfleetError('FORBIDDEN_ORIGIN', 'A command with a cookie must say which page it comes from');
  }
}
