import { isFinal } from '../../order/order.js';
import { isLong, ladderOf, openSide } from './context.js';
import type { KindSession } from '../testing/kind-session.js';
import type { LadderGridParams } from './params.js';
import type { LadderGridState } from './state.js';

type LadderSession = KindSession<LadderGridParams, LadderGridState>;

/** For tests only: what must hold after every event; gives the violations as sentences. */
export function violations({ state, exchange, params, context, commands }: LadderSession): string[] {
  const ladder = ladderOf(params, context);
  const found: string[] = [];
  const used = { long: 0, short: 0 };
  for (const [slot, at] of state.slots) {
    const isLeaving = at.phase === 'open' && at.order?.canceling === true;
    if ((at.order !== null || at.phase !== 'open') && !isLeaving) used[isLong(slot) ? 'long' : 'short'] += 1;
    if (at.order === null) {
      if (at.waiting === null && !state.header.paused && state.quote !== null)
        found.push(`slot ${slot} has neither order nor reason`);
      continue;
    }
    const { order } = at;
    const known = exchange.orders.find(
      ({ key, side, generation }) =>
        key.slot === slot && side === order.side && generation === order.generation,
    );
    if (known === undefined || isFinal(known.state)) found.push(`slot ${slot} believes in a dead order`);
    const closes = order.side !== openSide(slot);
    if (closes && order.price !== null && order.price !== at.target)
      found.push(`slot ${slot} closes at ${order.price} and not at its target`);
  }
  const held = [...state.slots].filter(([, at]) => at.phase !== 'open');
  for (const [side, count] of Object.entries(used)) {
    const positions = held.filter(([slot]) => isLong(slot) === (side === 'long')).length;
    if (count > Math.max(ladder.limit, positions)) found.push(`${count} ${side} slots in use`);
  }
  for (const order of exchange.live()) {
    const present = state.slots.get(order.key.slot)?.order;
    const isPresent = present?.side === order.side && present.generation === order.generation;
    if (!isPresent && !order.cancelRequested) found.push(`slot ${order.key.slot}: an order is nobody's`);
  }
  const places = commands.flatMap((command) => (command.type === 'place' ? [command] : []));
  if (new Set(places.map(({ key }) => key.slot)).size < places.length)
    found.push('one event placed two orders in one slot');
  for (const { key, side, price } of places) {
    const isOpening = side === openSide(key.slot);
    const crosses = price !== null && (side === 'buy' ? price >= exchange.ask : price <= exchange.bid);
    if (crosses && (isOpening || params.postOnly)) found.push(`slot ${key.slot} would take from the book`);
  }
  const names = exchange.orders.map(({ key, side, generation }) => `${key.slot}/${side}/${generation}`);
  if (new Set(names).size < names.length) found.push('a generation came back');
  return found;
}
