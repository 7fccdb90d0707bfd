import { PriceBand } from '../common/price-band.js';
import type { Wake } from '../events.js';
import { isBuyDue, nextBuy } from './buy-due.js';
import { isSellable, type Scene } from './context.js';
import { BUY_SLOT, SELL_SLOT, type DcaState } from './state.js';

/**
 * What the machine need not see: above the price and before the time of the next buy nothing happens. Undefined where
 * every quote counts: while the strategy ends, and while a buy is due whose size the venue would refuse at this price.
 */
export function wakeOf(scene: Scene, { header, quote, slots }: DcaState): Wake | undefined {
  if (quote === null) return undefined;
  const band = new PriceBand();
  if (header.paused) return band.wake(scene.leg);
  if (header.ending !== null) return undefined;
  const buy = slots.get(BUY_SLOT);
  const sell = slots.get(SELL_SLOT);
  if (buy?.order === null) {
    const isDue = isBuyDue(scene, header, quote.ask);
    const retryAt = buy.waiting?.retryAt ?? null;
    const isPatient = retryAt !== null && scene.now < retryAt;
    if (isDue && !isPatient) return undefined;
    if (isDue) band.at(retryAt);
    else {
      const { at, price } = nextBuy(scene, header);
      band.at(at);
      band.below(price);
    }
  }
  const mustSell = header.target !== null && isSellable(scene.leg, header, header.target);
  if (sell?.order === null && mustSell) band.at(sell.waiting?.retryAt ?? scene.now);
  return band.wake(scene.leg);
}
