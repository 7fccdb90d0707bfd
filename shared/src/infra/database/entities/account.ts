import { EntitySchema } from 'typeorm';
import { FLAG, TIME } from './columns.js';
import type { Environment, OrphanPolicy } from '../../../schema/account.js';
import type { TradingState } from '../../../schema/common.js';

/** This installation’s life: the salt of its client order ids, and the platform’s trading state. */
export interface Installation {
  id: number;
  epochSalt: string;
  tradingState: string;
  createdAt: Date;
}

export const InstallationEntity = new EntitySchema<Installation>({
  name: 'Installation',
  tableName: 'installation',
  columns: {
    id: { type: 'tinyint', unsigned: true, primary: true },
    epochSalt: { type: 'varchar', length: 4, name: 'epoch_salt' },
    tradingState: { type: 'varchar', length: 10, name: 'trading_state' },
    createdAt: { ...TIME, name: 'created_at' },
  },
});

/** Somebody who owns accounts and strategies. */
export interface User {
  id: number;
  email: string;
  role: string;
  createdAt: Date;
}

export const UserEntity = new EntitySchema<User>({
  name: 'User',
  tableName: 'user',
  columns: {
    id: { type: 'int', unsigned: true, primary: true, generated: 'increment' },
    email: { type: 'varchar', length: 255 },
    role: { type: 'varchar', length: 10 },
    createdAt: { ...TIME, name: 'created_at' },
  },
});

/** Credentials at a venue. `verifiedAt` is null until the venue has accepted them. */
export interface AccountRow {
  id: number;
  userId: number;
  label: string;
  venue: string;
  environment: Environment;
  fingerprint: string;
  isActive: boolean;
  tradingState: TradingState;
  orphanPolicy: OrphanPolicy;
  verifiedAt: Date | null;
  deletedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export const AccountRowEntity = new EntitySchema<AccountRow>({
  name: 'AccountRow',
  tableName: 'account',
  columns: {
    id: { type: 'int', unsigned: true, primary: true, generated: 'increment' },
    userId: { type: 'int', unsigned: true, name: 'user_id' },
    label: { type: 'varchar', length: 100 },
    venue: { type: 'varchar', length: 40 },
    environment: { type: 'varchar', length: 10 },
    fingerprint: { type: 'varchar', length: 64 },
    isActive: { type: 'boolean', transformer: FLAG, name: 'is_active' },
    tradingState: { type: 'varchar', length: 10, name: 'trading_state' },
    orphanPolicy: { type: 'varchar', length: 10, name: 'orphan_policy' },
    verifiedAt: { ...TIME, name: 'verified_at', nullable: true },
    deletedAt: { ...TIME, name: 'deleted_at', nullable: true },
    createdAt: { ...TIME, name: 'created_at' },
    updatedAt: { ...TIME, name: 'updated_at' },
  },
});

/** One sealed secret of an account. */
export interface AccountCredential {
  accountId: number;
  name: string;
  keyId: string;
  sealed: string;
}

export const AccountCredentialEntity = new EntitySchema<AccountCredential>({
  name: 'AccountCredential',
  tableName: 'account_credential',
  columns: {
    accountId: { type: 'int', unsigned: true, name: 'account_id', primary: true },
    name: { type: 'varchar', length: 32, primary: true },
    keyId: { type: 'varchar', length: 8, name: 'key_id' },
    sealed: { type: 'text' },
  },
});
