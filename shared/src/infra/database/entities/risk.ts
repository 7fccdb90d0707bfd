import { EntitySchema } from 'typeorm';
import type { PositionSide } from '../../../domain/order/order.js';
import { MONEY, TIME } from './columns.js';

/**
 * What an account has of a resource (an asset, margin, a closable quantity) and how much of it our unfinished orders
 * need. `total` is the venue's word as of `readAt`, carried on by booked fills; `foreignLocked` is what orders that
 * are not ours hold.
 */
export interface ReservationRow {
  accountId: number;
  resource: string;
  total: string;
  foreignLocked: string;
  reserved: string;
  version: number;
  readAt: Date;
}

export const ReservationRowEntity = new EntitySchema<ReservationRow>({
  name: 'ReservationRow',
  tableName: 'reservation',
  columns: {
    accountId: { type: 'int', unsigned: true, name: 'account_id', primary: true },
    resource: { type: 'varchar', length: 80, primary: true },
    total: { ...MONEY },
    foreignLocked: { ...MONEY, name: 'foreign_locked' },
    reserved: { ...MONEY },
    version: { type: 'int', unsigned: true },
    readAt: { ...TIME, name: 'read_at' },
  },
});

/** How far a strategy's claim on an exposure shuts others out. */
export type ExposureMode = 'exclusive' | 'shared' | 'reduce-only';

/** A strategy's claim on (credential, market, position side), so that strategies do not work against each other. */
export interface ExposureClaimRow {
  fingerprint: string;
  market: string;
  positionSide: PositionSide;
  strategyId: number;
  mode: ExposureMode;
  createdAt: Date;
}

export const ExposureClaimRowEntity = new EntitySchema<ExposureClaimRow>({
  name: 'ExposureClaimRow',
  tableName: 'exposure_claim',
  columns: {
    fingerprint: { type: 'varchar', length: 64, primary: true },
    market: { type: 'varchar', length: 60, primary: true },
    positionSide: { type: 'varchar', length: 5, name: 'position_side', primary: true },
    strategyId: { type: 'int', unsigned: true, name: 'strategy_id', primary: true },
    mode: { type: 'varchar', length: 11 },
    createdAt: { ...TIME, name: 'created_at' },
  },
});

/** Why a slot has no order: how often this was the answer, since when, and until when (`clearedAt`). */
export interface RefusalRow {
  strategyId: number;
  leg: number;
  market: string;
  positionSide: PositionSide;
  slot: number;
  code: string;
  message: string;
  since: Date;
  lastAt: Date;
  count: number;
  clearedAt: Date | null;
}

export const RefusalRowEntity = new EntitySchema<RefusalRow>({
  name: 'RefusalRow',
  tableName: 'refusal',
  columns: {
    strategyId: { type: 'int', unsigned: true, name: 'strategy_id', primary: true },
    leg: { type: 'tinyint', unsigned: true, primary: true },
    market: { type: 'varchar', length: 60, primary: true },
    positionSide: { type: 'varchar', length: 5, name: 'position_side', primary: true },
    slot: { type: 'int', primary: true },
    code: { type: 'varchar', length: 60, primary: true },
    message: { type: 'varchar', length: 500 },
    since: { ...TIME },
    lastAt: { ...TIME, name: 'last_at' },
    count: { type: 'int', unsigned: true },
    clearedAt: { ...TIME, name: 'cleared_at', nullable: true },
  },
});
