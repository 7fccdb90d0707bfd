import { Type, type Static } from 'typebox';
import { Id, Nullable, Timestamp } from './common.js';

/** What a person may do: look, trade, or run the platform. Each role may do what those before it may. */
export const Role = Type.Union([Type.Literal('viewer'), Type.Literal('trader'), Type.Literal('owner')], {
  title: 'Role',
  description:
    'viewer: look. trader: also trade. owner: also run the platform (users, platform limits, halts).',
});
export type Role = Static<typeof Role>;

/** What a program with a token may do, never more than the user whose token it is. */
export const TokenScope = Type.Union([Type.Literal('read'), Type.Literal('trade'), Type.Literal('admin')], {
  title: 'TokenScope',
});
export type TokenScope = Static<typeof TokenScope>;

const email = Type.String({
  minLength: 3,
  maxLength: 255,
  pattern: '^[^\\s@]+@[^\\s@]+$',
  examples: ['ann@example.org'],
});

export const UserDto = Type.Object({
  id: Id,
  email: Type.String(),
  role: Role,
  isActive: Type.Boolean(),
  /** Whose accounts and strategies this user works with; null for their own. */
  workspaceOf: Nullable(Id),
  hasTradingPassword: Type.Boolean(),
  createdAt: Timestamp,
});
export type UserDto = Static<typeof UserDto>;

export const UserCreate = Type.Object(
  { email, role: Role, workspaceOf: Type.Optional(Nullable(Id)) },
  { additionalProperties: false },
);
export type UserCreate = Static<typeof UserCreate>;

export const UserChange = Type.Object(
  {
    role: Type.Optional(Role),
    isActive: Type.Optional(Type.Boolean()),
    workspaceOf: Type.Optional(Nullable(Id)),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type UserChange = Static<typeof UserChange>;

/** `password: null` removes it; typed confirmations are asked for instead. */
export const TradingPasswordChange = Type.Object(
  {
    password: Nullable(Type.String({ minLength: 8, maxLength: 200 })),
    current: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { additionalProperties: false },
);
export type TradingPasswordChange = Static<typeof TradingPasswordChange>;

export const TokenDto = Type.Object({
  id: Id,
  name: Type.String(),
  scopes: Type.Array(TokenScope),
  createdAt: Timestamp,
  expiresAt: Timestamp,
  lastUsedAt: Nullable(Timestamp),
});
export type TokenDto = Static<typeof TokenDto>;

export const TokenCreate = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' }),
    scopes: Type.Array(TokenScope, { minItems: 1, maxItems: 3, uniqueItems: true }),
    expiresInDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 365, default: 90 })),
  },
  { additionalProperties: false },
);
export type TokenCreate = Static<typeof TokenCreate>;

/** The only time the token itself is shown; its hash is stored. */
export const TokenCreated = Type.Object({ ...TokenDto.properties, token: Type.String() });
export type TokenCreated = Static<typeof TokenCreated>;

export const AuditDto = Type.Object({
  id: Type.String(),
  actor: Type.String(),
  action: Type.String({ examples: ['PUT /api/strategies/:id'] }),
  target: Type.String({ examples: ['/api/strategies/7'] }),
  /** What the command was, and what it changed: `before` and `after` where they are known. */
  details: Type.Unknown(),
  createdAt: Timestamp,
});
export type AuditDto = Static<typeof AuditDto>;

/** Proof that somebody means it: the trading password where one is set, else the phrase that the command asks for. */
export const Confirmation = {
  confirmation: Type.Optional(Type.String({ maxLength: 100 })),
  tradingPassword: Type.Optional(Type.String({ maxLength: 200 })),
} as const;
