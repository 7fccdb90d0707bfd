import type {
  AuditDto,
  TokenCreate,
  TokenCreated,
  TokenDto,
  TokenScope,
  TradingPasswordChange,
  UserChange,
  UserCreate,
  UserDto,
} from '@gridfleet/shared/schema';
import { command, get } from './client.js';
import type { List, Page } from './types.js';

export type { AuditDto, TokenCreated, TokenDto, TokenScope, UserDto };

export const listUsers = (signal?: AbortSignal) => get<List<UserDto>>('/api/users', signal);

export const createUser = (body: UserCreate) => command<UserDto>('POST', '/api/users', body);

export const updateUser = (id: number, body: UserChange) => command<UserDto>('PUT', `/api/users/${id}`, body);

/** One's own tokens that still work. */
export const listTokens = (signal?: AbortSignal) => get<List<TokenDto>>('/api/tokens', signal);

/** The answer is the only place where the token itself stands. */
export const createToken = (body: TokenCreate) => command<TokenCreated>('POST', '/api/tokens', body);

export const revokeToken = (id: number) => command<null>('DELETE', `/api/tokens/${id}`);

export const setTradingPassword = (body: TradingPasswordChange) =>
  command<UserDto>('PUT', '/api/me/trading-password', body);

/** Every command and who gave it, newest first. */
export const listAudit = (query: { limit: number; cursor?: string }, signal?: AbortSignal) =>
  get<Page<AuditDto>>('/api/audit', signal, query);
