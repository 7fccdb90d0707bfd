import type { BoundStrategy, PlanContext, PositionSide, Reason } from '@gridfleet/shared/domain';
import type { ContractSettings, PositionMode, VenueExposure, VenueFutures } from '../venue/venue-futures.js';
import { VenueError } from '../venue/venue-error.js';

/** What a strategy needs of the account before it trades a contract; null leaves it as it is. */
export interface WantedSettings {
  positionMode: PositionMode;
  contract: ContractSettings | null;
}

interface FuturesParams {
  leverage: number;
  marginMode: ContractSettings['marginMode'];
  positionMode: PositionMode;
}

/** From the kind's `futures` parameters; a kind without them says by its slots which position mode it needs. */
export function wantedSettings(kind: BoundStrategy, context: PlanContext): WantedSettings {
  const { futures } = kind.params as { futures?: FuturesParams };
  if (futures !== undefined) {
    const { leverage, marginMode, positionMode } = futures;
    return { positionMode, contract: { leverage, marginMode } };
  }
  const side: PositionSide = kind.slotKey(context, 0).positionSide;
  return { positionMode: side === 'net' ? 'one-way' : 'hedge', contract: null };
}

interface Difference {
  mode: boolean;
  contract: boolean;
  text: string;
}

async function compare(futures: VenueFutures, market: string, wanted: WantedSettings): Promise<Difference> {
  const { contract } = wanted;
  const mode = await futures.positionMode();
  const now = contract === null ? null : await futures.settings(market);
  const parts: string[] = [];
  if (mode !== wanted.positionMode) parts.push(`position mode ${mode} instead of ${wanted.positionMode}`);
  if (now !== null && contract !== null) {
    if (now.leverage !== contract.leverage)
      parts.push(`leverage ${now.leverage} instead of ${contract.leverage}`);
    if (now.marginMode !== contract.marginMode)
      parts.push(`margin mode ${now.marginMode} instead of ${contract.marginMode}`);
  }
  const isMode = mode !== wanted.positionMode;
  return { mode: isMode, contract: parts.length > (isMode ? 1 : 0), text: parts.join(', ') };
}

function conflict(text: string, found: VenueExposure, where: string): Reason {
  return {
    code: 'FUTURES_SETTINGS_CONFLICT',
    message:
      `The account has ${text}, and it cannot change: ${where} has ${found.orders} open orders and ` +
      `${found.positions} positions. Close them, or give the strategy these settings.`,
  };
}

/**
 * Makes the account's position mode and the contract's leverage and margin mode what the strategy needs. They change
 * only while there is no order and no position, ours or foreign: of the whole account for the position mode, of the
 * contract for the others.
 * @returns why they are not so and stay as they are, null when all is well
 */
export async function applySettings(
  futures: VenueFutures,
  market: string,
  wanted: WantedSettings,
): Promise<Reason | null> {
  const differs = await compare(futures, market, wanted);
  if (!differs.mode && !differs.contract) return null;
  const found = await futures.exposure(differs.mode ? null : market);
  const where = differs.mode ? 'the account' : market;
  if (found.orders > 0 || found.positions > 0) return conflict(differs.text, found, where);
  try {
    if (differs.mode) await futures.setPositionMode(wanted.positionMode);
    if (differs.contract && wanted.contract !== null) await futures.setSettings(market, wanted.contract);
    return null;
  } catch (error) {
    // What came to be between the look and the change.
    if (error instanceof VenueError && error.code.startsWith('MODE_BLOCKED_BY_')) {
      return conflict(differs.text, await futures.exposure(differs.mode ? null : market), where);
    }
    throw error;
  }
}
