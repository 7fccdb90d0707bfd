import type { Counters, LiveStatus } from '@gridfleet/shared/infra';

const PLAIN = [
  'gridfleet_strategy_orders_due',
  'gridfleet_strategy_orders_resting',
  'gridfleet_strategy_orders_missing',
  'gridfleet_strategy_coverage_ratio',
  'gridfleet_strategy_fills',
] as const;

/** What one strategy tells metrics while this node runs it. */
export class StrategyGauges {
  readonly #metrics: Counters;
  readonly #strategy: string;

  constructor(metrics: Counters, strategyId: number) {
    this.#metrics = metrics;
    this.#strategy = String(strategyId);
  }

  orders({ due, resting }: { due: number; resting: number }): void {
    const labels = { strategy: this.#strategy };
    this.#metrics.set('gridfleet_strategy_orders_due', labels, due);
    this.#metrics.set('gridfleet_strategy_orders_resting', labels, resting);
    this.#metrics.set('gridfleet_strategy_orders_missing', labels, due - resting);
  }

  status({ coverage, fills, realizedPnl, unrealizedPnl }: LiveStatus): void {
    const labels = { strategy: this.#strategy };
    this.#metrics.set('gridfleet_strategy_fills', labels, fills);
    if (coverage !== null) {
      this.#metrics.set('gridfleet_strategy_coverage_ratio', labels, Number(coverage));
    }
    for (const [part, sum] of [
      ['realized', realizedPnl],
      ['unrealized', unrealizedPnl],
    ] as const) {
      this.#metrics.set('gridfleet_strategy_profit_quote', { ...labels, part }, Number(sum));
    }
  }

  /** Another node tells from now on, or nobody. */
  forget(): void {
    const labels = { strategy: this.#strategy };
    for (const name of PLAIN) this.#metrics.forget(name, labels);
    for (const part of ['realized', 'unrealized'])
      this.#metrics.forget('gridfleet_strategy_profit_quote', { ...labels, part });
  }
}
