import type { Environment, VenueHealth } from '@gridfleet/shared/schema';
import type { Logger } from '@gridfleet/shared/infra';
import type { FleetBudget } from '../../budget/fleet-budget.js';
import type { VenueGate } from '../../budget/venue-gate.js';
import type { ClockWatch } from '../clock-watch.js';
import type { VenueAccount, VenueMarkets } from '../venue.js';

/** What the accounts of one (venue, environment) of this process share, and how one is opened. */
export interface OpenVenue {
  markets: VenueMarkets;
  /** @param fingerprint tells accounts apart without showing their keys */
  account(credentials: Readonly<Record<string, string>>, fingerprint: string): Promise<VenueAccount>;
  /**
   * Asks for the share of requests that periodic looks may use.
   * @returns ms until a look at one market of an account may begin, 0 for now
   */
  look(): Promise<number>;
  /** The exchange's clock and limits as this process knows them. */
  health(): VenueHealth;
  close(): Promise<void>;
}

export interface VenueParts {
  /** Venue's id. */
  venue: string;
  environment: Environment;
  /** Simulator's origin; null when this node has none. */
  simUrl: string | null;
  budget: FleetBudget;
  /** Address requests leave from, as exchanges see it. */
  egress: string;
  log: Logger;
}

/** Names the limits of a venue, e.g. "binance:live". */
export function scopeOf({ venue, environment }: Pick<VenueParts, 'venue' | 'environment'>): string {
  return `${venue}:${environment}`;
}

/** Failed bookkeeping of limits is told, and never fails a request. */
export function troubleTo(log: Logger): (error: unknown) => void {
  return (error) => log.warn({ err: error }, 'the limits of a venue could not be recorded');
}

/** What a venue's clock and gate say. */
export function healthOf(
  scope: string,
  clock: Pick<ClockWatch, 'offset' | 'problem'>,
  { weight }: Pick<VenueGate, 'weight'>,
): VenueHealth {
  const offset = clock.offset();
  return {
    scope,
    clockOffsetMs: offset === null ? null : Math.round(offset * 10) / 10,
    clockProblem: clock.problem(),
    weightWindow: weight.window,
    weightLimit: Math.round(weight.limit),
  };
}
