import type { AccountRow } from '@gridfleet/shared/infra';
import type { Account } from '@gridfleet/shared/schema';

/** Hex digits of the fingerprint that are shown: enough to tell accounts apart. */
export const SHOWN_DIGITS = 12;

export function accountDto(row: AccountRow, credentialFields: readonly string[]): Account {
  return {
    id: row.id,
    label: row.label,
    venue: row.venue,
    environment: row.environment,
    credentialFields: [...credentialFields],
    fingerprint: row.fingerprint.slice(0, SHOWN_DIGITS),
    isActive: row.isActive,
    tradingState: row.tradingState,
    orphanPolicy: row.orphanPolicy,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
