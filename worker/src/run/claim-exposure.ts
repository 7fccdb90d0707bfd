import { ensureBalances } from './balances.js';
import type { EngineDeps } from './engine-types.js';
import type { LoadedRun } from './load-run.js';
import { RunFailure, type OpenedLeg } from './open-run.js';

/**
 * Nothing is armed before the legs are claimed and what their accounts have is known.
 * @throws RunFailure when another strategy has a claim that excludes this one
 */
export async function claimExposure(
  loaded: LoadedRun,
  legs: readonly OpenedLeg[],
  { store, accounts, times }: Pick<EngineDeps, 'store' | 'accounts' | 'times'>,
): Promise<void> {
  const conflict = await store.claimExposure(loaded);
  if (conflict !== null) {
    const { claim, strategyId, mode } = conflict;
    const message = `Strategy ${strategyId} has a claim (${mode}) on ${claim.market} of this account: stop it first.`;
    throw new RunFailure({ code: 'EXPOSURE_CLAIMED', message });
  }
  for (const [leg, { session, markets }] of legs.entries()) {
    const row = loaded.legs[leg]?.leg;
    const market = row === undefined ? null : await markets.market(row.market);
    if (row === undefined || market === null) continue;
    const account = { accountId: row.accountId, market, account: session.account };
    await ensureBalances(accounts, account, times.inspectMs);
  }
}
