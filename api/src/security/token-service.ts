import { createHash, randomBytes } from 'node:crypto';
import { IsNull, type DataSource } from 'typeorm';
import { Value } from 'typebox/value';
import { ApiTokenRowEntity, UserEntity, type ApiTokenRow, type User } from '@gridfleet/shared/infra';
import {
  GridfleetError,
  TokenScope,
  type TokenCreate,
  type TokenCreated,
  type TokenDto,
} from '@gridfleet/shared/schema';

const PREFIX = 'gft_';
const TOKEN = /^gft_[A-Za-z0-9_-]{43}$/;
const DAY_MS = 86_400_000;
/** The last use is noted at most this often. */
const NOTE_EVERY_MS = 60_000;

/** Whether a text has the form of an API token; other bearer tokens are the gateway's business. */
export function isApiToken(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** 256 random bits need no salt and no slow hash: there is nothing to guess. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function scopesOf({ scopes }: ApiTokenRow): TokenScope[] {
  return scopes.split(',').filter((each): each is TokenScope => Value.Check(TokenScope, each));
}

function tokenDto(row: ApiTokenRow): TokenDto {
  return {
    id: row.id,
    name: row.name,
    scopes: scopesOf(row),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}

/** Keys for programs: scoped, expiring, shown once, stored as hashes. */
export class TokenService {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Those that still work. */
  async list(userId: number): Promise<TokenDto[]> {
    const rows = await this.#dataSource.manager.find(ApiTokenRowEntity, {
      where: { userId, revokedAt: IsNull() },
      order: { id: 'ASC' },
    });
    return rows.filter(({ expiresAt }) => expiresAt.getTime() > Date.now()).map(tokenDto);
  }

  async create(userId: number, { name, scopes, expiresInDays = 90 }: TokenCreate): Promise<TokenCreated> {
    const token = PREFIX + randomBytes(32).toString('base64url');
    const now = Date.now();
    const { manager } = this.#dataSource;
    const result = await manager.insert(ApiTokenRowEntity, {
      userId,
      name: name.trim(),
      hash: hashOf(token),
      scopes: scopes.join(','),
      createdAt: new Date(now),
      expiresAt: new Date(now + expiresInDays * DAY_MS),
      lastUsedAt: null,
      revokedAt: null,
    });
    const row = await manager.findOneByOrFail(ApiTokenRowEntity, {
      id: Number(result.identifiers[0]?.['id']),
    });
    return { ...tokenDto(row), token };
  }

  /** @throws GridfleetError NOT_FOUND */
  async revoke(userId: number, id: number): Promise<void> {
    const done = await this.#dataSource.manager.update(
      ApiTokenRowEntity,
      { id, userId, revokedAt: IsNull() },
      { revokedAt: new Date() },
    );
    if (done.affected !== 1) throw new GridfleetError('NOT_FOUND', `There is no token ${id}`);
  }

  /** Whose token it is and what it may. @throws GridfleetError UNAUTHENTICATED */
  async check(token: string): Promise<{ tokenId: number; user: User; scopes: TokenScope[] }> {
    const { manager } = this.#dataSource;
    const row = TOKEN.test(token)
      ? await manager.findOneBy(ApiTokenRowEntity, { hash: hashOf(token), revokedAt: IsNull() })
      : null;
    const user = row === null ? null : await manager.findOneBy(UserEntity, { id: row.userId });
    const now = Date.now();
    if (row === null || user === null || row.expiresAt.getTime() <= now) {
      throw new GridfleetError('UNAUTHENTICATED', 'The API token is unknown, revoked or expired');
    }
    if (row.lastUsedAt === null || now - row.lastUsedAt.getTime() > NOTE_EVERY_MS) {
      await manager.update(ApiTokenRowEntity, { id: row.id }, { lastUsedAt: new Date(now) });
    }
    return { tokenId: row.id, user, scopes: scopesOf(row) };
  }
}
