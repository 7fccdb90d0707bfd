import type { Clock } from '../clock.js';
import type { Connections } from '../server/connections.js';
import type { EffectHandlers } from './effects.js';
import type { Timers } from './timers.js';

/** What may happen to the connections of any venue. */
export function streamEffects(connections: Connections, clock: Clock, timers: Timers): EffectHandlers {
  return {
    'close-streams': ({ which = 'all', clean = false, refuseMs }, { venue }) => {
      // Refused first, so that no client is back before the others are gone.
      const accept = refuseMs === undefined ? undefined : connections.refuse(venue, which);
      if (accept && refuseMs !== undefined) timers.after(refuseMs, accept);
      connections.close(venue, which, clean);
      return accept;
    },
    'shutdown-streams': ({ closeAfterMs }, { venue }) => {
      connections.announce(venue, { e: 'serverShutdown', E: clock.now() });
      timers.after(closeAfterMs, () => connections.close(venue, 'all', true));
      return undefined;
    },
  };
}
