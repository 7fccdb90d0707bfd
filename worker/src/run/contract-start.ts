import type { BoundStrategy, LegContext, PlanContext, Reason } from '@gridfleet/shared/domain';
import { applySettings, wantedSettings } from './contract-settings.js';
import { VenueError } from '../venue/venue-error.js';
import type { VenueFutures } from '../venue/venue-futures.js';
import type { OpenedLeg } from './open-run.js';

const UNSAID: ReadonlySet<string> = new Set(['VENUE_CANNOT', 'VENUE_ANSWER_UNREADABLE']);

/** A strategy that begins must find nothing where its own position will be. @returns the refusal when it does */
export async function foreignPosition(
  contexts: readonly LegContext[],
  legs: readonly OpenedLeg[],
): Promise<Reason | null> {
  for (const [leg, { market }] of contexts.entries()) {
    const [position] = (await legs[leg]?.session.account.futures?.positions(market.symbol)) ?? [];
    if (position === undefined) continue;
    return {
      code: 'POSITION_NOT_OURS',
      message:
        `The plan was refused: the account holds ${position.amount} ${market.base} in ${market.symbol}, which no ` +
        'strategy here has opened. Close it, or use another account.',
    };
  }
  return null;
}

/** Why the account is not set as the strategy needs it and stays so; null when it is. */
export async function settingsConflict(
  kind: BoundStrategy,
  context: PlanContext,
  legs: readonly OpenedLeg[],
): Promise<Reason | null> {
  for (const { leg, market } of context.legs) {
    if (market.type !== 'linear') continue;
    const futures = legs[leg]?.session.account.futures;
    if (futures === undefined) {
      return { code: 'NEEDS_FUTURES_ACCOUNT', message: `The account cannot trade ${market.symbol}.` };
    }
    const conflict = await applySettings(futures, market.symbol, wantedSettings(kind, context));
    if (conflict !== null) return conflict;
  }
  return null;
}

/** The leverage of each leg's contract: the strategy's own, else as the account is set; null on spot and where unknown. */
export async function leveragesOf(
  kind: BoundStrategy,
  context: PlanContext,
  legs: readonly OpenedLeg[],
): Promise<(number | null)[]> {
  const { contract } = wantedSettings(kind, context);
  return Promise.all(
    context.legs.map(async ({ market }, leg) => {
      const futures = legs[leg]?.session.account.futures;
      if (market.type !== 'linear' || futures === undefined) return null;
      return contract?.leverage ?? accountLeverage(futures, market.symbol);
    }),
  );
}

async function accountLeverage(futures: VenueFutures, symbol: string): Promise<number | null> {
  try {
    return (await futures.settings(symbol)).leverage;
  } catch (error) {
    // Some exchanges do not say; margin is not reserved there.
    const isUnsaid = error instanceof VenueError && UNSAID.has(error.code);
    if (isUnsaid) return null;
    throw error;
  }
}
