import { dec, decStr, roundTo } from '../../numbers/decimal.js';
import { isFinal } from '../../order/order.js';
import { closingFailure } from '../common/closing.js';
import { cancelStray, failureOf, waitingAfterFailure } from '../common/order-faults.js';
import { SlotDraft } from '../common/slot-draft.js';
import type { Command, OrderUpdate, Step } from '../events.js';
import type { LegContext } from '../kind.js';
import { bookBuy, bookSell } from './accounting.js';
import { isSellable, keyOf, targetOf, type Scene } from './context.js';
import { SELL_SLOT, type DcaState, type Header } from './state.js';

/** Books what an order did; news of any other order than the slot's present one changes nothing else. */
export function onOrder(scene: Scene, state: DcaState, update: OrderUpdate): Step<DcaState> {
  const { leg, now } = scene;
  const book = update.side === 'buy' ? bookBuy : bookSell;
  let header = update.fills.reduce((at, fill) => book(at, fill, leg.market), state.header);
  const { slot } = update.key;
  const at = state.slots.get(slot);
  if (update.side === 'buy' && update.fills.length > 0 && dec(header.held.base).gt(0)) {
    header = { ...header, target: targetOf(scene.params, leg, dec(header.held.base), dec(header.held.cost)) };
  }
  const isPresent = at?.order?.side === update.side && at.order.generation === update.generation;
  if (at?.order == null || !isPresent) {
    const isLate = update.side === 'sell' && isFinal(update.state) && at?.order == null;
    const closed = isLate ? closeCycle(leg, header, update.generation, true) : { header, commands: [] };
    const same = closed.header === state.header ? state : { ...state, header: closed.header };
    return { state: same, commands: [...cancelStray(update), ...closed.commands] };
  }
  const draft = new SlotDraft(state.slots);
  let commands: Command[] = [];
  if (isFinal(update.state)) {
    const isExpected = at.order.canceling || header.paused || header.ending !== null;
    const isExit = header.exit?.isOrdered === true && slot === SELL_SLOT;
    const failure = isExit ? closingFailure(update) : failureOf(update, isExpected);
    const waiting = failure === null ? null : waitingAfterFailure(at.waiting, failure, now, update);
    draft.set(slot, { ...at, order: null, waiting });
    if (update.side === 'sell') ({ header, commands } = closeCycle(leg, header, update.generation, false));
    if (update.side === 'buy' && update.filled > 0) {
      const price = update.fills.at(-1)?.price ?? header.lastBuyPrice;
      header = { ...header, buys: header.buys + 1, lastBuyAt: now, lastBuyPrice: price };
    }
    header = startOver(leg, header);
  } else {
    const filled = Math.max(at.order.filled, update.filled);
    const isAnswered = update.state !== 'intent' && update.state !== 'sent';
    const waiting = isAnswered ? null : at.waiting;
    if (filled !== at.order.filled || update.state !== at.order.state || waiting !== at.waiting)
      draft.set(slot, { ...at, waiting, order: { ...at.order, filled, state: update.state } });
  }
  const isSame = header === state.header && draft.slots === state.slots;
  return { state: isSame ? state : { ...state, header, slots: draft.slots }, commands };
}

/** A round is over when what is left is too small to sell; the rest goes into the next one. */
function startOver(leg: LegContext, header: Header): Header {
  if (header.buys === 0 || header.target === null || isSellable(leg, header, header.target)) return header;
  return { ...header, buys: 0, lastBuyAt: null, lastBuyPrice: null, target: null };
}

/** Reports what a sell that is over has sold as a cycle. */
function closeCycle(
  leg: LegContext,
  header: Header,
  generation: number,
  isLate: boolean,
): { header: Header; commands: Command[] } {
  const { base, quote, gross, fees } = header.sold;
  if (dec(base).isZero()) return { header, commands: [] };
  const lateCycles = isLate ? header.lateCycles + 1 : header.lateCycles;
  const sellPrice = dec(quote).div(base);
  const buyPrice = dec(quote).minus(gross).div(base);
  return {
    header: {
      ...header,
      sold: { base: '0', quote: '0', gross: '0', fees: '0' },
      cycles: header.cycles + 1,
      lateCycles,
    },
    commands: [
      {
        type: 'cycle',
        key: keyOf(leg, SELL_SLOT),
        cycle: {
          generation,
          part: isLate ? lateCycles : 0,
          buyPrice: decStr(roundTo(buyPrice, 18)),
          sellPrice: decStr(roundTo(sellPrice, 18)),
          quantity: base,
          gross,
          fees,
          net: decStr(dec(gross).minus(fees)),
        },
      },
    ],
  };
}
