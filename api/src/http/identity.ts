import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { DataSource } from 'typeorm';
import { findOrCreateUser, type User } from '@gridfleet/shared/infra';
import { GridfleetError } from '@gridfleet/shared/schema';

/** Who everybody is on an installation without a gateway, which listens on loopback only. */
export const LOCAL_OWNER = 'local@gridfleet';

const MAX_EMAIL_LENGTH = 255;
const CACHE_SIZE = 10_000;

function header(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Compares digests, so that neither content nor length shows in the time it takes. */
function equalSecrets(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** Says who asks. With a proxy secret, only the gateway's word counts. */
export class Identity {
  readonly #dataSource: DataSource;
  readonly #proxySecret: string | null;
  readonly #users = new Map<string, User>();

  constructor(dataSource: DataSource, proxySecret: string | null) {
    this.#dataSource = dataSource;
    this.#proxySecret = proxySecret;
  }

  /** @throws GridfleetError UNAUTHENTICATED when the request did not come through the gateway. */
  emailOf(request: FastifyRequest): string {
    if (this.#proxySecret === null) return LOCAL_OWNER;
    const secret = header(request, 'x-gridfleet-proxy-secret');
    if (secret === null || !equalSecrets(secret, this.#proxySecret)) {
      throw new GridfleetError('UNAUTHENTICATED', 'The request did not come through the gateway');
    }
    const email = header(request, 'x-forwarded-email') ?? header(request, 'x-forwarded-user');
    if (email === null || email.length > MAX_EMAIL_LENGTH) {
      throw new GridfleetError('UNAUTHENTICATED', 'The gateway did not say who is signed in');
    }
    return email.trim().toLowerCase();
  }

  /** The user who asks, created on first sight. @throws GridfleetError UNAUTHENTICATED */
  async userOf(request: FastifyRequest): Promise<User> {
    const email = this.emailOf(request);
    const known = this.#users.get(email);
    if (known !== undefined) return known;
    const user = await findOrCreateUser(this.#dataSource.manager, email);
    if (this.#users.size >= CACHE_SIZE) this.#users.clear();
    this.#users.set(email, user);
    return user;
  }
}

/** @throws GridfleetError INTERNAL when a route without identity asks for the user: a defect of ours. */
export function userOf(request: FastifyRequest): User {
  if (request.user === null) throw new GridfleetError('INTERNAL', 'The route has no identity');
  return request.user;
}
