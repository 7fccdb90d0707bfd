import type { Side } from '@gridfleet/shared/domain';

/** What names an order in the live run and in a backtest alike: its cell, its side, and how often that was armed. */
export function orderKey(slot: number, side: Side, generation: number): string {
  return `${slot} ${side} ${generation}`;
}

/** One trade of an order; `at` is ms of the recording since its beginning. */
export interface TradeOf {
  key: string;
  price: string;
  quantity: string;
  maker: boolean;
  at: number;
}

/** What one way of trading a session came to. */
export interface Outcome {
  trades: TradeOf[];
  cycles: number;
  /** Net grid profit, quote. */
  profit: string;
}

/** What a live run tells beyond that. */
export interface LiveOutcome extends Outcome {
  /** When each order reached the exchange, by key. */
  arrivals: Map<string, number>;
}
