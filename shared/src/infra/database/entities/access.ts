import { EntitySchema } from 'typeorm';
import { TIME } from './columns.js';

/** A program's key to the API. Only the SHA-256 of the token is stored; `scopes` are comma-separated. */
export interface ApiTokenRow {
  id: number;
  userId: number;
  name: string;
  hash: string;
  scopes: string;
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

export const ApiTokenRowEntity = new EntitySchema<ApiTokenRow>({
  name: 'ApiTokenRow',
  tableName: 'api_token',
  columns: {
    id: { type: 'int', unsigned: true, primary: true, generated: 'increment' },
    userId: { type: 'int', unsigned: true, name: 'user_id' },
    name: { type: 'varchar', length: 100 },
    hash: { type: 'char', length: 64 },
    scopes: { type: 'varchar', length: 60 },
    createdAt: { ...TIME, name: 'created_at' },
    expiresAt: { ...TIME, name: 'expires_at' },
    lastUsedAt: { ...TIME, name: 'last_used_at', nullable: true },
    revokedAt: { ...TIME, name: 'revoked_at', nullable: true },
  },
});
