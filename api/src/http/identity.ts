import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { DataSource } from 'typeorm';
import { findOrCreateUser, UserEntity, type User } from '@gridfleet/shared/infra';
import { GridfleetError, type Role, type TokenScope } from '@gridfleet/shared/schema';
import { isApiToken, type TokenService } from '../security/token-service.js';

/** Who everybody is on an installation without a gateway, which listens on loopback only. */
export const LOCAL_OWNER = 'local@gridfleet';

const MAX_EMAIL_LENGTH = 255;
const CACHE_SIZE = 10_000;
/** A change of role or a deactivation is effective on every process after this long. */
const FRESH_MS = 3_000;
const EMAIL = /^[^\s@,]+@[^\s@,]+$/;

/** Who asks. `request.user.id` is the workspace whose accounts and strategies are worked with. */
export interface Requester {
  /** The person's own id. */
  id: number;
  email: string;
  role: Role;
  /** Of the token, when a program asks. */
  scopes: readonly TokenScope[] | null;
  /** Null for a person. */
  tokenId: number | null;
}

export interface IdentityOptions {
  proxySecret: string | null;
  /** Addresses that may come in without having been added; null: everybody the gateway lets through. */
  allowedEmails: readonly string[] | null;
}

function header(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Compares digests, so that neither content nor length shows in the time it takes. */
function equalSecrets(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/**
 * One of two headers that say the same: OAuth2 Proxy as a proxy sends X-Forwarded-*, behind auth_request
 * X-Auth-Request-*. A gateway overwrites only the set it knows; if the other one says something else, somebody else
 * has written it.
 */
function agreed(request: FastifyRequest, what: 'email' | 'user'): string | null {
  const forwarded = header(request, `x-forwarded-${what}`);
  const auth = header(request, `x-auth-request-${what}`);
  if (forwarded !== null && auth !== null && forwarded !== auth) {
    throw new GridfleetError(
      'UNAUTHENTICATED',
      'The headers that say who is signed in contradict each other',
    );
  }
  return forwarded ?? auth;
}

/** Says who asks. With a proxy secret, only the gateway's word or a token counts. */
export class Identity {
  readonly #dataSource: DataSource;
  readonly #tokens: TokenService;
  readonly #options: IdentityOptions;
  readonly #allowed: ReadonlySet<string> | null;
  readonly #users = new Map<string, { user: User; at: number }>();

  constructor(dataSource: DataSource, tokens: TokenService, options: IdentityOptions) {
    this.#dataSource = dataSource;
    this.#tokens = tokens;
    this.#options = options;
    this.#allowed =
      options.allowedEmails === null
        ? null
        : new Set(options.allowedEmails.map((each) => each.toLowerCase()));
  }

  /** The token of a request that carries one of ours. */
  tokenOf(request: FastifyRequest): string | null {
    const [kind, token = ''] = (header(request, 'authorization') ?? '').split(' ');
    return kind?.toLowerCase() === 'bearer' && isApiToken(token) ? token : null;
  }

  /** @throws GridfleetError UNAUTHENTICATED when the request did not come through the gateway. */
  emailOf(request: FastifyRequest): string {
    const { proxySecret } = this.#options;
    if (proxySecret === null) return LOCAL_OWNER;
    const secret = header(request, 'x-gridfleet-proxy-secret');
    if (secret === null || !equalSecrets(secret, proxySecret)) {
      throw new GridfleetError('UNAUTHENTICATED', 'The request did not come through the gateway');
    }
    const email = (agreed(request, 'email') ?? agreed(request, 'user'))?.trim().toLowerCase();
    if (email === undefined || email.length > MAX_EMAIL_LENGTH || /[\s,]/.test(email)) {
      throw new GridfleetError('UNAUTHENTICATED', 'The gateway did not say who is signed in');
    }
    return email;
  }

  /**
   * Who asks, and in which workspace; people are created on first sight.
   * @throws GridfleetError UNAUTHENTICATED, FORBIDDEN
   */
  async identify(request: FastifyRequest): Promise<{ requester: Requester; user: User }> {
    const token = this.tokenOf(request);
    if (token === null) return this.#enter(await this.#userOf(this.emailOf(request)), null);
    const { user, ...program } = await this.#tokens.check(token);
    return this.#enter(user, program);
  }

  /** A user has changed: what is remembered of them is out of date. */
  forget(email: string): void {
    this.#users.delete(email);
  }

  async #enter(
    user: User,
    program: (Pick<Requester, 'tokenId'> & { scopes: readonly TokenScope[] }) | null,
  ): Promise<{ requester: Requester; user: User }> {
    if (!user.isActive) throw new GridfleetError('FORBIDDEN', 'This user has been deactivated');
    const { id, email, role, workspaceId } = user;
    return Promise.resolve({
      requester: { id, email, role, scopes: program?.scopes ?? null, tokenId: program?.tokenId ?? null },
      user: { ...user, id: workspaceId ?? id },
    });
  }

  async #userOf(email: string): Promise<User> {
    const known = this.#users.get(email);
    if (known !== undefined && performance.now() - known.at < FRESH_MS) return known.user;
    const user = await this.#admit(email);
    if (this.#users.size >= CACHE_SIZE) this.#users.clear();
    this.#users.set(email, { user, at: performance.now() });
    return user;
  }

  /** With a list, strangers are let in by the list or not at all; whoever an owner has added is no stranger. */
  async #admit(email: string): Promise<User> {
    const { manager } = this.#dataSource;
    const isOpen = this.#allowed === null || this.#allowed.has(email) || email === LOCAL_OWNER;
    if (isOpen) return findOrCreateUser(manager, email);
    const user = EMAIL.test(email) ? await manager.findOneBy(UserEntity, { email }) : null;
    if (user === null) throw new GridfleetError('FORBIDDEN', 'This e-mail address may not use the platform');
    return user;
  }
}

/** @throws GridfleetError INTERNAL when a route without identity asks for the user: a defect of ours. */
export function userOf(request: FastifyRequest): User {
  if (request.user === null) throw new GridfleetError('INTERNAL', 'The route has no identity');
  return request.user;
}

/** The person or program behind the request. @throws GridfleetError INTERNAL as `userOf` */
export function requesterOf(request: FastifyRequest): Requester {
  if (request.requester === null) throw new GridfleetError('INTERNAL', 'The route has no identity');
  return request.requester;
}
