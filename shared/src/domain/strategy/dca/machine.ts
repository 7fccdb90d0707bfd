import { dec, decStr } from '../../numbers/decimal.js';
import { sizeRefusal, type Steps, type Ticks } from '../../market/market.js';
import { SlotDraft } from '../common/slot-draft.js';
import type { Command, Step, StrategyEvent } from '../events.js';
import type { PlanContext, StartContext } from '../kind.js';
import { isBuyDue } from './buy-due.js';
import { carriedFrom } from './carry.js';
import { buySteps, isSellable, keyOf, onlyLeg, sellSteps, targetOf, type Scene } from './context.js';
import { onOrder } from './order-update.js';
import type { DcaParams } from './params.js';
import { BUY_SLOT, SELL_SLOT, type DcaState, type Header, type SlotState } from './state.js';
import { wakeOf } from './wake.js';

const SLOTS = [BUY_SLOT, SELL_SLOT];

/** Two free slots; the first buy is due at once. */
export function startDca(params: DcaParams, context: StartContext, now: number): Step<DcaState> {
  const leg = onlyLeg(context);
  const carried = carriedFrom(context.carried);
  const base = dec(carried.held.base);
  const header: Header = {
    ...carried,
    target:
      base.gt(0) && carried.target !== null ? targetOf(params, leg, base, dec(carried.held.cost)) : null,
    paused: false,
    ending: null,
    startPrice: leg.ask,
  };
  const slot: SlotState = { order: null, waiting: null, next: context.firstGeneration };
  const slots = new Map(SLOTS.map((index) => [index, slot]));
  const state = { header, slots, quote: { bid: leg.bid, ask: leg.ask } };
  const scene = { params, leg, now };
  return stepOf(scene, advance(scene, state, []));
}

/** One event, the next state and what to do. */
export function stepDca(
  params: DcaParams,
  context: PlanContext,
  state: DcaState,
  event: StrategyEvent,
  now: number,
): Step<DcaState> {
  const scene = { params, leg: onlyLeg(context), now };
  return stepOf(scene, received(scene, state, event));
}

function stepOf(scene: Scene, { state, commands }: Step<DcaState>): Step<DcaState> {
  const wake = wakeOf(scene, state);
  return wake === undefined ? { state, commands } : { state, commands, wake };
}

function received(scene: Scene, state: DcaState, event: StrategyEvent): Step<DcaState> {
  switch (event.type) {
    case 'order': {
      const step = onOrder(scene, state, event.update);
      return advance(scene, step.state, step.commands);
    }
    case 'quote':
      return advance(
        scene,
        { ...state, quote: { bid: event.bid, ask: event.ask } },
        repeatCancels(scene, state),
      );
    case 'funding':
      return advance(scene, withHeader(state, { funding: add(state.header.funding, event.amount) }), []);
    case 'lifecycle':
      if (event.action === 'stop')
        return advance(scene, withHeader(state, { ending: event.stop, paused: false }), []);
      if (event.action === 'pause') return { state: withHeader(state, { paused: true }), commands: [] };
      return advance(scene, withHeader(state, { paused: false, ending: null }), []);
    case 'timer':
      return advance(scene, state, []);
  }
}

function add(a: string, b: string): string {
  return decStr(dec(a).plus(b));
}

function withHeader(state: DcaState, change: Partial<Header>): DcaState {
  const isSame = Object.entries(change).every(
    ([name, value]) => state.header[name as keyof Header] === value,
  );
  return isSame ? state : { ...state, header: { ...state.header, ...change } };
}

/** A cancellation asked for before a restart may never have left. */
function repeatCancels({ leg }: Scene, state: DcaState): Command[] {
  if (state.quote !== null || state.header.paused) return [];
  return [...state.slots].flatMap(([slot, { order }]) =>
    order?.canceling === true
      ? [{ type: 'cancel' as const, key: keyOf(leg, slot), side: order.side, generation: order.generation }]
      : [],
  );
}

interface Wish {
  price: Ticks | null;
  quantity: Steps;
}

/** What the buy slot should have on order now; null for nothing. */
function wantedBuy(scene: Scene, { header, quote }: DcaState): Wish | null {
  if (quote === null || header.ending !== null || !isBuyDue(scene, header, quote.ask)) return null;
  const quantity = buySteps(scene.params, scene.leg, quote.ask);
  return sizeRefusal(scene.leg.market, quote.ask, quantity) === null ? { price: null, quantity } : null;
}

/** What the sell slot should have on order now: the take-profit of everything, or when ending everything at once. */
function wantedSell({ leg }: Scene, { header, quote }: DcaState): Wish | null {
  const quantity = sellSteps(leg, header);
  if (header.ending === 'sell')
    return quote !== null && isSellable(leg, header, quote.bid) ? { price: null, quantity } : null;
  if (header.ending !== null || header.target === null) return null;
  return isSellable(leg, header, header.target) ? { price: header.target, quantity } : null;
}

function order(scene: Scene, slot: number, at: SlotState, wish: Wish | null): [SlotState, Command[]] {
  const key = keyOf(scene.leg, slot);
  if (at.order !== null) {
    const { side, generation, price, quantity, filled, canceling, state } = at.order;
    const isRight = wish !== null && price === wish.price && quantity - filled === wish.quantity;
    // Market orders end by themselves; what has not been answered cannot be taken back yet.
    const isResting = price !== null && (state === 'open' || state === 'partially-filled');
    if (isRight || canceling || !isResting) return [at, []];
    return [{ ...at, order: { ...at.order, canceling: true } }, [{ type: 'cancel', key, side, generation }]];
  }
  if (wish === null || (at.waiting?.retryAt != null && scene.now < at.waiting.retryAt)) return [at, []];
  const side = slot === BUY_SLOT ? 'buy' : 'sell';
  const generation = at.next;
  const waiting = at.waiting === null ? null : { ...at.waiting, retryAt: null };
  return [
    {
      waiting,
      next: generation + 1,
      order: { side, generation, ...wish, filled: 0, state: 'intent', canceling: false },
    },
    [
      {
        type: 'place',
        key,
        side,
        generation,
        orderType: wish.price === null ? 'market' : 'limit',
        timeInForce: 'GTC',
        postOnly: false,
        reduceOnly: side === 'sell' && scene.leg.market.type === 'linear',
        ...wish,
      },
    ],
  ];
}

/** One order for each slot that should have one, and the end when nothing is left to do. */
function advance(scene: Scene, state: DcaState, before: Command[]): Step<DcaState> {
  if (state.header.paused) return { state, commands: before };
  const commands = [...before];
  const draft = new SlotDraft(state.slots);
  for (const slot of SLOTS) {
    const at = state.slots.get(slot);
    if (at === undefined) continue;
    const wish = slot === BUY_SLOT ? wantedBuy(scene, state) : wantedSell(scene, state);
    const [next, more] = order(scene, slot, at, wish);
    draft.set(slot, next);
    commands.push(...more);
  }
  const next = draft.slots === state.slots ? state : { ...state, slots: draft.slots };
  const { ending } = next.header;
  if (ending === null) return { state: next, commands };
  const isBusy = [...next.slots.values()].some((slot) => slot.order !== null);
  const isHolding = sellSteps(scene.leg, next.header) > 0;
  const mustSell = ending === 'sell' && wantedSell(scene, next) !== null;
  if (ending !== 'keep' && (isBusy || mustSell || next.quote === null)) return { state: next, commands };
  commands.push({
    type: 'finish',
    reason: { code: 'STOP_REQUESTED', message: 'The strategy has ended as asked.' },
    outcome: isBusy ? 'orders-kept' : isHolding && ending !== 'sell' ? 'holding' : 'flat',
  });
  return { state: next, commands };
}
