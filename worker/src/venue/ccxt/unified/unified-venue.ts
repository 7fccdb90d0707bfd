import { SPOT_LIMITS, VenueGate } from '../../../budget/venue-gate.js';
import { ClockWatch } from '../../clock-watch.js';
import { healthOf, scopeOf, troubleTo, type OpenVenue, type VenueParts } from '../open-venue.js';
import { loadExchange } from './load-exchange.js';
import { UnifiedAccount } from './unified-account.js';
import { createExchange, type UnifiedClient } from './unified-client.js';
import { UnifiedMarkets } from './unified-markets.js';

/** Any exchange of ccxt, by its unified calls. */
export async function openUnified(parts: VenueParts): Promise<OpenVenue> {
  const { venue, environment, simUrl, budget, egress, log } = parts;
  const { Exchange, errors } = await loadExchange(venue);
  const clock: ClockWatch = new ClockWatch({ ask: () => timeOf(source), log });
  // Of its limits only the gate is used: what its requests cost is known to ccxt's own limiter at most.
  const gate = new VenueGate(budget, scopeOf(parts), egress, SPOT_LIMITS, () => clock.now());
  const create = (credentials: Readonly<Record<string, string>> | null): UnifiedClient =>
    createExchange(Exchange, errors, {
      environment,
      simUrl,
      credentials,
      gate,
      clock,
      onTrouble: troubleTo(log),
    });
  const source = create(null);
  const markets = new UnifiedMarkets(source, errors, clock, () => create(null));
  return {
    markets,
    // Nobody knows what its requests cost.
    look: () => Promise.resolve(0),
    async account(credentials) {
      const loaded = await markets.source();
      const shared = (): UnifiedClient => {
        const client = create(credentials);
        client.setMarketsFromExchange(loaded);
        return client;
      };
      return new UnifiedAccount(shared(), errors, shared);
    },
    health: () => healthOf(scopeOf(parts), clock, gate),
    close: () => markets.close(),
  };
}

/** The exchange's time; ours where it does not tell its own. */
async function timeOf(client: UnifiedClient): Promise<number> {
  if ((client.has as Record<string, unknown>).fetchTime !== true) return Date.now();
  return Number(await client.fetchTime());
}
