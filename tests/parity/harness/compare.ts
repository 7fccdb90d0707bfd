import { Decimal } from '@gridfleet/shared/domain';
import type { LiveOutcome, Outcome, TradeOf } from './orders.js';

/**
 * Why an order traded differently live than in the backtest, where orders arrive at once:
 * - `later`: it traded as much, at another time, because it arrived later and so further back in the queue
 * - `missed`: it was not at the exchange yet when the backtest's trade passed
 * - `follows`: what it did follows from an earlier difference of its cell
 */
export type Cause = 'later' | 'missed' | 'follows';

export interface Difference {
  key: string;
  cause: Cause | 'unexplained';
  live: string;
  backtest: string;
  /** When the order reached the exchange live, ms; null when it never did. */
  arrived: number | null;
}

export interface Comparison {
  /** Live trades that the backtest has just so. */
  same: number;
  differences: Difference[];
  unexplained: string[];
}

/** The same moment: the simulator's clock of the data has 1,024 parts in a ms. */
const SAME_MS = 0.01;
/** A commission is cut after 8 decimals: of base on a BUY, of quote on a SELL. */
const CUT = new Decimal('0.00000001');

/**
 * Compares a live run with the backtest, trade by trade. A difference counts as explained when the backtest, told when
 * each order really arrived, gives the live trades to the last one.
 */
export function compare(live: LiveOutcome, backtest: Outcome, measured: Outcome): Comparison {
  const [lives, ideals, replayed] = [live, backtest, measured].map(({ trades }) => byOrder(trades));
  const unexplained = figuresOff(live, measured);
  const differences: Difference[] = [];
  let same = 0;
  const differing = new Set<string>();
  for (const key of new Set([
    ...(lives?.keys() ?? []),
    ...(ideals?.keys() ?? []),
    ...(replayed?.keys() ?? []),
  ])) {
    const of = (map: Map<string, TradeOf[]> | undefined): TradeOf[] => map?.get(key) ?? [];
    const [ours, ideal, again] = [of(lives), of(ideals), of(replayed)];
    const isExplained = areSame(ours, again);
    if (isExplained && areSame(ours, ideal)) {
      same += ours.length;
      continue;
    }
    const arrived = live.arrivals.get(key) ?? null;
    const cell = key.split(' ')[0] ?? '';
    const cause = isExplained ? causeOf(ours, ideal, arrived, differing.has(cell)) : 'unexplained';
    differing.add(cell);
    differences.push({ key, cause, live: textOf(ours), backtest: textOf(ideal), arrived });
    if (cause === 'unexplained') {
      unexplained.push(`order ${key}: live ${textOf(ours)}; with its arrival ${textOf(again)}`);
    }
  }
  return { same, differences, unexplained };
}

function causeOf(
  live: readonly TradeOf[],
  ideal: readonly TradeOf[],
  arrived: number | null,
  follows: boolean,
): Cause | 'unexplained' {
  if (total(live).eq(total(ideal))) return 'later';
  const first = ideal[0];
  if (first !== undefined && arrived !== null && arrived > first.at) return 'missed';
  if (total(live).gt(0) && total(ideal).gt(0)) return 'later';
  return follows || arrived === null ? 'follows' : 'later';
}

/** Cycles must be those of the replay to one, profit but for commissions that the exchange cuts. */
function figuresOff(live: LiveOutcome, measured: Outcome): string[] {
  const found: string[] = [];
  if (live.cycles !== measured.cycles)
    found.push(`cycles: live ${live.cycles}, with arrivals ${measured.cycles}`);
  const bound = live.trades.reduce((sum, { price }) => sum.plus(CUT.times(price)).plus(CUT), CUT);
  if (new Decimal(live.profit).minus(measured.profit).abs().gt(bound))
    found.push(`profit: live ${live.profit}, with arrivals ${measured.profit}`);
  return found;
}

function byOrder(trades: readonly TradeOf[]): Map<string, TradeOf[]> {
  const orders = new Map<string, TradeOf[]>();
  for (const trade of trades) orders.set(trade.key, [...(orders.get(trade.key) ?? []), trade]);
  for (const list of orders.values()) list.sort((a, b) => a.at - b.at);
  return orders;
}

function areSame(a: readonly TradeOf[], b: readonly TradeOf[]): boolean {
  return (
    a.length === b.length &&
    a.every((trade, place) => {
      const other = b[place];
      return (
        other !== undefined &&
        new Decimal(trade.price).eq(other.price) &&
        new Decimal(trade.quantity).eq(other.quantity) &&
        trade.maker === other.maker &&
        Math.abs(trade.at - other.at) < SAME_MS
      );
    })
  );
}

function total(trades: readonly TradeOf[]): Decimal {
  return trades.reduce((sum, { quantity }) => sum.plus(quantity), new Decimal(0));
}

function textOf(trades: readonly TradeOf[]): string {
  if (trades.length === 0) return '–';
  return trades
    .map(({ price, quantity, maker, at }) => {
      const amount = `${new Decimal(quantity).toFixed()} at ${new Decimal(price).toFixed()}`;
      return `${amount}${maker ? '' : ' (taker)'} ${(at / 1_000).toFixed(3)} s`;
    })
    .join(', ');
}
