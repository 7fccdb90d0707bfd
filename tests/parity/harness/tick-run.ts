import { readFileSync } from 'node:fs';
import type { BoundStrategy } from '@gridfleet/shared/domain';
import {
  parseTicks,
  runTickBacktest,
  type ArrivalOf,
  type BacktestSetup,
  type TickEvent,
} from '@gridfleet/shared/domain/backtest';
import { parseStrategyConfig } from '@gridfleet/shared/schema';
import { orderKey, type Outcome, type TradeOf } from './orders.js';

/** A recording as the backtest reads it. */
export interface Ticks {
  events: TickEvent[];
  /** Its beginning, ms since epoch. */
  start: number;
}

/** @param config as `gridfleet backtest --config` takes it */
export function readTicks(file: string, config: unknown): Ticks {
  const { market } = parseStrategyConfig(config);
  const events = parseTicks(readFileSync(file, 'utf8'), market, true);
  return { events, start: events[0]?.time ?? 0 };
}

/** A strategy whose trades are written down as it hears of them. */
function overheard(strategy: BoundStrategy, start: number, trades: TradeOf[]): BoundStrategy {
  return {
    ...strategy,
    on: (context, state, event, now) => {
      if (event.type === 'order') {
        const { key, side, generation, fills } = event.update;
        for (const { price, quantity, maker, time } of fills) {
          trades.push({
            key: orderKey(key.slot, side, generation),
            price,
            quantity,
            maker,
            at: time - start,
          });
        }
      }
      return strategy.on(context, state, event, now);
    },
  };
}

/**
 * The tick backtest of a session.
 * @param orders when they arrive: all after so many ms, or each as a map says (ms since the beginning, by key)
 */
export function tickRun(
  config: unknown,
  ticks: Ticks,
  orders?: number | ReadonlyMap<string, number>,
): Outcome {
  const { kind, strategy, market, fees, balance } = parseStrategyConfig(config);
  const trades: TradeOf[] = [];
  const setup: BacktestSetup = {
    kind: kind.kind,
    strategy: overheard(strategy, ticks.start, trades),
    market,
    fees,
    balance,
  };
  const { cycles, netGridProfit } = runTickBacktest(setup, ticks.events, optionsOf(orders, ticks.start));
  return { trades, cycles, profit: netGridProfit };
}

function optionsOf(
  orders: number | ReadonlyMap<string, number> | undefined,
  start: number,
): { latencyMs?: number; arrivalOf?: ArrivalOf } {
  if (orders === undefined) return {};
  if (typeof orders === 'number') return { latencyMs: orders };
  return {
    arrivalOf: ({ key, side, generation }) => {
      const at = orders.get(orderKey(key.slot, side, generation));
      return at === undefined ? null : start + at;
    },
  };
}
