import { dec, decStr } from '../../numbers/decimal.js';
import { sizeRefusal, toSteps, type Steps, type Ticks } from '../../market/market.js';
import type { TimeInForce } from '../../order/order.js';
import { sightOf, stepClosing } from '../common/closing.js';
import { retryNow } from '../common/order-faults.js';
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
    exit: null,
    startPrice: leg.ask,
  };
  const slot: SlotState = { order: null, waiting: null, next: context.firstGeneration };
  const slots = new Map(SLOTS.map((index) => [index, slot]));
  const state = { header, slots, quote: { bid: leg.bid, ask: leg.ask }, sight: null };
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
      if (event.action === 'stop') return advance(scene, withEnding(state, event.stop), []);
      if (event.action === 'pause') return { state: withHeader(state, { paused: true }), commands: [] };
      return advance(scene, withEnding(state, null), []);
    case 'retry': {
      const slots = retryNow(state.slots, event.codes);
      return advance(scene, slots === state.slots ? state : { ...state, slots }, []);
    }
    case 'account':
      return advance(scene, { ...state, sight: sightOf(event) }, []);
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

/** An exit that is asked for anew begins from the beginning. */
function withEnding(state: DcaState, ending: Header['ending']): DcaState {
  const exit = ending === state.header.ending ? state.header.exit : null;
  return withHeader(state, { ending, exit, paused: false });
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

/** What the sell slot should have on order now: the take-profit of everything. */
function wantedSell({ leg }: Scene, { header }: DcaState): Wish | null {
  if (header.ending !== null || header.target === null) return null;
  const quantity = sellSteps(leg, header);
  return isSellable(leg, header, header.target) ? { price: header.target, quantity } : null;
}

function order(scene: Scene, slot: number, at: SlotState, wish: Wish | null): [SlotState, Command[]] {
  if (at.order !== null) return withdraw(scene, slot, at, wish);
  if (wish === null || (at.waiting?.retryAt != null && scene.now < at.waiting.retryAt)) return [at, []];
  return place(scene, slot, at, { ...wish, timeInForce: 'GTC' });
}

/** Takes back an order that is not what the slot should have. */
function withdraw(scene: Scene, slot: number, at: SlotState, wish: Wish | null): [SlotState, Command[]] {
  if (at.order === null) return [at, []];
  const { side, generation, price, quantity, filled, canceling, state } = at.order;
  const isRight = wish !== null && price === wish.price && quantity - filled === wish.quantity;
  // Market orders end by themselves; what has not been answered cannot be taken back yet.
  const isResting = price !== null && (state === 'open' || state === 'partially-filled');
  if (isRight || canceling || !isResting) return [at, []];
  const key = keyOf(scene.leg, slot);
  return [{ ...at, order: { ...at.order, canceling: true } }, [{ type: 'cancel', key, side, generation }]];
}

function place(
  scene: Scene,
  slot: number,
  at: SlotState,
  { price, quantity, timeInForce }: Wish & { timeInForce: TimeInForce },
): [SlotState, Command[]] {
  const key = keyOf(scene.leg, slot);
  const side = slot === BUY_SLOT ? 'buy' : 'sell';
  const generation = at.next;
  const waiting = at.waiting === null ? null : { ...at.waiting, retryAt: null };
  return [
    {
      waiting,
      next: generation + 1,
      order: { side, generation, price, quantity, filled: 0, state: 'intent', canceling: false },
    },
    [
      {
        type: 'place',
        key,
        side,
        generation,
        orderType: price === null ? 'market' : 'limit',
        timeInForce,
        postOnly: false,
        reduceOnly: side === 'sell' && scene.leg.market.type === 'linear',
        price,
        quantity,
      },
    ],
  ];
}

/** The next step of the sale of everything. */
function sellAll(scene: Scene, state: DcaState): Step<DcaState> {
  const { header, quote, sight } = state;
  const at = state.slots.get(SELL_SLOT);
  if (header.ending !== 'sell' || at === undefined || header.exit?.phase === 'flat')
    return { state, commands: [] };
  const isOwn = header.exit?.isOrdered === true;
  const liveOrders = [...state.slots].filter(
    ([slot, { order: live }]) => live !== null && !(isOwn && slot === SELL_SLOT),
  ).length;
  const { leg, now } = scene;
  const held = Math.max(0, toSteps(leg.market, header.held.base, 'down'));
  const step = stepClosing(
    { ...at, exit: header.exit },
    { leg, side: 'sell', held, liveOrders, quote, sight, now },
  );
  const next = withHeader(state, { exit: step.exit });
  if (step.close === null) return { state: next, commands: step.commands };
  const timeInForce = step.close.price === null ? 'GTC' : 'IOC';
  const [slot, commands] = place(scene, SELL_SLOT, at, { ...step.close, timeInForce });
  const slots = new Map(next.slots).set(SELL_SLOT, slot);
  return { state: { ...next, slots }, commands: [...step.commands, ...commands] };
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
    const isClosing = slot === SELL_SLOT && state.header.exit?.isOrdered === true;
    const [next, more] = isClosing ? [at, []] : order(scene, slot, at, wish);
    draft.set(slot, next);
    commands.push(...more);
  }
  const ordered = draft.slots === state.slots ? state : { ...state, slots: draft.slots };
  const sold = sellAll(scene, ordered);
  const next = sold.state;
  commands.push(...sold.commands);
  const { ending } = next.header;
  if (ending === null) return { state: next, commands };
  const isBusy = [...next.slots.values()].some((slot) => slot.order !== null);
  const isHolding = sellSteps(scene.leg, next.header) > 0;
  const mustSell = ending === 'sell' && next.header.exit?.phase !== 'flat';
  if (ending !== 'keep' && (isBusy || mustSell || next.quote === null)) return { state: next, commands };
  commands.push({
    type: 'finish',
    reason: { code: 'STOP_REQUESTED', message: 'The strategy has ended as asked.' },
    outcome: isBusy ? 'orders-kept' : isHolding && ending !== 'sell' ? 'holding' : 'flat',
  });
  return { state: next, commands };
}
