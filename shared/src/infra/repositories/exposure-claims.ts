import type { EntityManager } from 'typeorm';
import type { PositionSide } from '../../domain/order/order.js';
import type { ExposureMode } from '../database/entities/risk.js';

export interface ExposureClaim {
  fingerprint: string;
  market: string;
  positionSide: PositionSide;
  mode: ExposureMode;
}

/** A claim that another strategy's claim forbids. */
export interface ExposureConflict {
  claim: ExposureClaim;
  strategyId: number;
  mode: ExposureMode;
}

/** `reduce-only` never stands in anybody's way; `shared` gets on with `shared`; `exclusive` with neither. */
function conflicts(a: ExposureMode, b: ExposureMode): boolean {
  if (a === 'reduce-only' || b === 'reduce-only') return false;
  return a === 'exclusive' || b === 'exclusive';
}

/**
 * Takes claims for a strategy, all or none, inside the caller's transaction. Claims are taken in a fixed order, so that
 * two strategies that want the same ones do not wait for each other.
 * @returns the first conflict, null when all are held
 */
export async function takeExposureClaims(
  manager: EntityManager,
  strategyId: number,
  claims: readonly ExposureClaim[],
): Promise<ExposureConflict | null> {
  const name = (claim: ExposureClaim): string =>
    [claim.fingerprint, claim.market, claim.positionSide].join(' ');
  const sorted = [...claims].sort((a, b) => (name(a) < name(b) ? -1 : 1));
  for (const claim of sorted) {
    const { fingerprint, market, positionSide, mode } = claim;
    // Written first: the row's lock keeps a rival from looking before this transaction is over.
    await manager.query(
      `INSERT INTO exposure_claim (fingerprint, market, position_side, strategy_id, mode, created_at)
         VALUES (?, ?, ?, ?, ?, UTC_TIMESTAMP(3)) ON DUPLICATE KEY UPDATE mode = VALUES(mode)`,
      [fingerprint, market, positionSide, strategyId, mode],
    );
    const rivals: { strategy_id: number; mode: ExposureMode }[] = await manager.query(
      `SELECT strategy_id, mode FROM exposure_claim
        WHERE fingerprint = ? AND market = ? AND position_side = ? AND strategy_id <> ? FOR UPDATE`,
      [fingerprint, market, positionSide, strategyId],
    );
    const rival = rivals.find((row) => conflicts(mode, row.mode));
    if (rival !== undefined) {
      await releaseExposureClaims(manager, strategyId);
      return { claim, strategyId: rival.strategy_id, mode: rival.mode };
    }
  }
  return null;
}

/** The claims that strategies hold, by strategy; one that holds none is absent. Nothing is locked. */
export async function readExposureClaims(
  manager: EntityManager,
  strategyIds: readonly number[],
): Promise<Map<number, ExposureClaim[]>> {
  const rows: {
    strategy_id: number;
    fingerprint: string;
    market: string;
    position_side: PositionSide;
    mode: ExposureMode;
  }[] = await manager.query(
    'SELECT strategy_id, fingerprint, market, position_side, mode FROM exposure_claim WHERE strategy_id IN (?)',
    [strategyIds],
  );
  const held = new Map<number, ExposureClaim[]>();
  for (const { strategy_id: id, fingerprint, market, position_side: positionSide, mode } of rows) {
    held.set(id, [...(held.get(id) ?? []), { fingerprint, market, positionSide, mode }]);
  }
  return held;
}

/**
 * Whether a strategy holds what it wants already, as after a take-over: while its own row stands, no rival that it
 * forbids can have taken its place.
 */
export function coversClaims(held: readonly ExposureClaim[], wanted: readonly ExposureClaim[]): boolean {
  return wanted.every((claim) =>
    held.some(
      (row) =>
        row.fingerprint === claim.fingerprint &&
        row.market === claim.market &&
        row.positionSide === claim.positionSide &&
        row.mode === claim.mode,
    ),
  );
}

/** Gives up a strategy's claims; for a strategy that has ended and has no order left. */
export async function releaseExposureClaims(manager: EntityManager, strategyId: number): Promise<void> {
  await manager.query('DELETE FROM exposure_claim WHERE strategy_id = ?', [strategyId]);
}
