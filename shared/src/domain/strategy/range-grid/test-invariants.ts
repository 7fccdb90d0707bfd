import { isFinal } from '../../order/order.js';
import type { StrategyEvent } from '../events.js';
import { heldSteps } from './cell-size.js';
import { AUXILIARY_SLOT } from '../../order/client-order-id.js';
import { closeSide, gridOf, orderLine } from './context.js';
import { orderBudget } from './infinity.js';
import { isAuxiliary, PURCHASE_SLOT, type RangeGridState } from './state.js';
import type { TestSession } from './test-session.js';

/** For tests only: what must hold after every event; gives the violations as sentences. */
export function violations(session: TestSession): string[] {
  const { state, exchange } = session;
  const grid = gridOf(session.params, session.context, state.header.anchor);
  const found: string[] = [];
  const isTrading = state.header.phase === 'trading' && !state.header.paused;
  const budget = orderBudget(session.params) ?? Number.POSITIVE_INFINITY;
  let live = 0;
  for (const [index, cell] of session.cells()) {
    const { order } = cell;
    if (!cell.active) {
      if (order !== null || cell.lots.length > 0)
        found.push(`the place ${index} was left with something in it`);
      continue;
    }
    if (order !== null) live += 1;
    if (order === null) {
      if (cell.want === 'none' && cell.waiting?.code !== 'EMPTY') found.push(`cell ${index} is idle`);
      if (isTrading && cell.waiting === null) found.push(`cell ${index} has no order and no reason`);
      continue;
    }
    const level = orderLine(grid, index, order.side);
    if (order.price !== level) found.push(`cell ${index} rests at ${order.price}, its level is ${level}`);
    if (order.side === closeSide(cell) && !order.canceling) {
      const rest = order.quantity - order.filled;
      const held = heldSteps(session.market, cell);
      if (rest > held) found.push(`cell ${index} closes ${rest} steps of ${held}`);
    }
    const known = exchange.orders.find(
      (at) => at.key.slot === index && at.side === order.side && at.generation === order.generation,
    );
    if (known === undefined || isFinal(known.state)) found.push(`cell ${index} believes in a dead order`);
  }
  if (live > budget) found.push(`${live} orders are more than the budget of ${budget}`);
  for (const order of exchange.live()) {
    const slot = state.slots.get(order.key.slot);
    const present = slot?.order;
    const isPresent = present?.side === order.side && present.generation === order.generation;
    if (!isPresent && !order.cancelRequested)
      found.push(`the ${order.side} order ${order.generation} of slot ${order.key.slot} is nobody's`);
  }
  const names = exchange.orders.map(({ key, side, generation }) => `${key.slot}/${side}/${generation}`);
  if (new Set(names).size < names.length) found.push('a generation came back');
  const places = session.commands.flatMap((command) => (command.type === 'place' ? [command] : []));
  if (new Set(places.map((place) => place.key.slot)).size < places.length)
    found.push('one event placed two orders in one slot');
  for (const { price, side, key } of places) {
    const crosses = price !== null && (side === 'buy' ? price >= exchange.ask : price <= exchange.bid);
    if (session.params.postOnly && crosses && key.slot < AUXILIARY_SLOT)
      found.push(`slot ${key.slot} would take from the book`);
  }
  return found;
}

/** Slots whose object changed although nothing in them did: each would be stored for nothing. */
export function needlessCopies(
  event: StrategyEvent,
  before: RangeGridState,
  after: RangeGridState,
): string[] {
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const found: string[] = [];
  for (const [index, slot] of after.slots) {
    const old = before.slots.get(index);
    if (old !== slot && same(old, slot)) found.push(`${event.type}: slot ${index} was copied`);
  }
  if (before.header !== after.header && same(before.header, after.header))
    found.push(`${event.type}: the header was copied`);
  const changed = [...after.slots].some(([index, slot]) => before.slots.get(index) !== slot);
  if (before.slots !== after.slots && !changed) found.push(`${event.type}: the slots were copied`);
  return found;
}

/** Cells that have come to a stop although faults are over: no order, and no reason that a new price would end. */
export function deadCells(session: TestSession): string[] {
  const purchase = session.state.slots.get(PURCHASE_SLOT);
  if (purchase === undefined || !isAuxiliary(purchase)) return ['the purchase is lost'];
  const { phase } = session.state.header;
  if (phase === 'waiting' || phase === 'finished') return [];
  if (phase === 'exiting') return ['the exit never ended'];
  if (phase !== 'trading') return ['the initial purchase never ended'];
  return session.cells().flatMap(([index, { order, waiting, want, active }]) => {
    if (!active) return [];
    if (order !== null && order.state !== 'intent' && order.state !== 'sent') return [];
    const isPatient =
      order === null && (want === 'none' || ['WOULD_CROSS', 'VIRTUAL'].includes(waiting?.code ?? ''));
    return isPatient ? [] : [`cell ${index} wants ${want}: ${waiting?.code ?? order?.state ?? 'nothing'}`];
  });
}
