import { isAsleep, type StrategyEvent } from '../events.js';
import type { MachineState } from '../kind.js';
import type { KindSession } from './kind-session.js';

/** Whether a machine kept its word, or was not asked to. */
export type Kept = 'unasked' | 'kept' | 'broken';

/** Time that passes before the machine is shown what it says it need not see, ms. */
const LATER_MS = 700;

/**
 * For tests only: shows a machine a quote and a timer that it says it need not see, in a copy of its life, and looks
 * whether they change anything stored or cause a command.
 */
export function keepsPromise<P, S extends MachineState>(
  { kind, wake, params, context, leg, exchange, state, now }: KindSession<P, S>,
  random: () => number,
): Kept {
  const later = now + LATER_MS;
  if (wake === undefined || (wake.timerAt !== null && later >= wake.timerAt)) return 'unasked';
  const unseen: StrategyEvent[] = [{ type: 'timer', name: 'tick' }];
  const { symbol } = leg.market;
  for (let tries = 0; tries < 8; tries += 1) {
    const bid = exchange.bid + Math.floor((random() - 0.5) * exchange.bid * 10 ** -Math.floor(random() * 4));
    const ask = bid + 1 + Math.floor(random() * 3);
    if (isAsleep(wake, 0, symbol, bid, ask)) unseen.push({ type: 'quote', leg: 0, market: symbol, bid, ask });
  }
  // The prices right inside the band, where a promise is most likely to be off by one.
  const [band] = wake.bands;
  const edges = [band?.lower == null ? null : band.lower + 1, band?.upper == null ? null : band.upper - 2];
  for (const bid of edges) {
    if (bid !== null && isAsleep(wake, 0, symbol, bid, bid + 1))
      unseen.push({ type: 'quote', leg: 0, market: symbol, bid, ask: bid + 1 });
  }
  const isKept = unseen.every((event) => {
    const step = kind.on(params, context, state, event, later);
    return (
      step.commands.length === 0 && step.state.header === state.header && step.state.slots === state.slots
    );
  });
  return isKept ? 'kept' : 'broken';
}
