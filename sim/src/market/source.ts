import type { Steps, Ticks } from '@gridfleet/shared/domain';
import type { BookSnapshot, Level, Side } from '@gridfleet/shared/domain/matching';

/** Where the outside market's data goes. */
export interface MarketSink {
  /** A new beginning: the whole book is replaced. */
  reset(snapshot: BookSnapshot): void;
  quote(bid: Level, ask: Level): void;
  levels(changes: BookSnapshot): void;
  trade(price: Ticks, quantity: Steps, aggressor: Side): void;
}

/** Outside market data of one symbol, whatever it is made from. */
export interface MarketSource {
  readonly symbol: string;
  /** Length of the data, ms, Infinity when it never ends; where in it the source is. */
  readonly length: number;
  readonly position: number;
  readonly ended: boolean;
  /** Ms of the source's own time until it has something to deliver; Infinity when it has nothing more. */
  readonly untilNext: number;
  /** How often the data has started again. */
  readonly loops: number;
  /** Delivers the first book and quote at once; from `position` ms on, as if it had been playing until there. */
  start(sink: MarketSink, position?: number): void;
  /** Delivers everything up to `elapsed` ms of the source's own time after the last call. */
  advance(elapsed: number): void;
}
