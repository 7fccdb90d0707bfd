import { dec } from '../../numbers/decimal.js';
import type { Ticks } from '../../market/market.js';
import type { Scene } from './context.js';
import type { Header } from './state.js';

const MINUTE_MS = 60_000;

/** When the time of the next buy comes, ms; null when no time is set or there is no buy to wait for. */
function buyTime({ params }: Scene, { lastBuyAt }: Header): number | null {
  const { intervalMinutes } = params;
  return intervalMinutes === undefined || lastBuyAt === null ? null : lastBuyAt + intervalMinutes * MINUTE_MS;
}

/** Ask at or below which the price has fallen far enough for the next buy; null when no price decides. */
function buyPrice({ params, leg }: Scene, { lastBuyPrice }: Header): Ticks | null {
  const { stepDeviation } = params;
  if (stepDeviation === undefined || lastBuyPrice === null) return null;
  const limit = dec(lastBuyPrice).times(dec('100').minus(stepDeviation)).div(100);
  return limit.div(leg.market.tickSize).floor().toNumber();
}

/** What the next buy of a round that has begun waits for; both null when it is not to come. */
export function nextBuy(scene: Scene, header: Header): { at: number | null; price: Ticks | null } {
  if (header.buys >= scene.params.buys) return { at: null, price: null };
  return { at: buyTime(scene, header), price: buyPrice(scene, header) };
}

/** The next buy: at once in a new round, then when time has passed or price has fallen far enough. */
export function isBuyDue(scene: Scene, header: Header, ask: Ticks): boolean {
  if (header.buys >= scene.params.buys) return false;
  if (header.buys === 0 || header.lastBuyAt === null || header.lastBuyPrice === null) return true;
  const { at, price } = nextBuy(scene, header);
  return (at !== null && scene.now >= at) || (price !== null && ask <= price);
}
