import type { FastifyRequest } from 'fastify';
import { GridfleetError, type Role, type TokenScope } from '@gridfleet/shared/schema';
import { ROUTE_ACCESS, type Access } from './route-access.js';
import type { ApiInstance } from './types.js';

const ROLE_RANK: Readonly<Record<Role, number>> = { viewer: 0, trader: 1, owner: 2 };
const SCOPE_RANK: Readonly<Record<TokenScope, number>> = { read: 0, trade: 1, admin: 2 };

function isGuarded(url: string): boolean {
  return url.startsWith('/api/') || url === '/metrics' || url === '/health' || url.startsWith('/health/');
}

function accessOf(method: string, url: string): Access | 'open' | undefined {
  const name = `${method === 'HEAD' ? 'GET' : method} ${url}`;
  return Object.hasOwn(ROUTE_ACCESS, name) ? ROUTE_ACCESS[name] : undefined;
}

/**
 * Keeps the application from starting with a route nobody has decided about.
 * @throws Error (at registration) naming the route
 */
export function requireAccessEntries(app: ApiInstance): void {
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) {
      if (each === 'OPTIONS' || !isGuarded(url) || accessOf(each, url) !== undefined) continue;
      throw new Error(`${each} ${url} has no line in http/route-access.ts`);
    }
  });
}

/** What decides about a request: a person's role, and the scopes of the token if a program asks. */
export interface Caller {
  role: Role;
  scopes: readonly TokenScope[] | null;
}

export function mayCall({ role, scopes }: Caller, access: Access): boolean {
  if (ROLE_RANK[role] < ROLE_RANK[access.role]) return false;
  if (scopes === null) return true;
  const { scope } = access;
  return scope !== null && scopes.some((each) => SCOPE_RANK[each] >= SCOPE_RANK[scope]);
}

/** @throws GridfleetError FORBIDDEN */
export function checkAccess(request: FastifyRequest, caller: Caller): void {
  const { method, routeOptions } = request;
  const access = accessOf(method, routeOptions.url ?? '');
  if (access === 'open') return;
  if (access !== undefined && mayCall(caller, access)) return;
  const who = caller.scopes === null ? `The role ${caller.role}` : 'This token';
  throw new GridfleetError('FORBIDDEN', `${who} may not do this`);
}

/** @throws GridfleetError FORBIDDEN unless the caller is an owner, for commands whose body says how far they reach. */
export function requireOwner({ role, scopes }: Caller): void {
  if (mayCall({ role, scopes }, { role: 'owner', scope: 'admin' })) return;
  throw new GridfleetError('FORBIDDEN', 'Only an owner may do this for the whole platform');
}
