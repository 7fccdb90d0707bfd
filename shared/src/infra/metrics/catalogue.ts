export type MetricType = 'counter' | 'gauge' | 'histogram';
/** Which processes tell it. */
export type MetricSource = 'api' | 'worker' | 'all';

export interface MetricSpec {
  type: MetricType;
  of: MetricSource;
  help: string;
  labels: readonly string[];
  /** Upper bounds of a histogram's buckets. */
  buckets?: readonly number[];
}

/** From a local answer to the deadline of an order (10 s). */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/**
 * Every metric of the product, closed: code cannot name another one, and dashboards and alert rules may use these only.
 * Beside them each process tells what prom-client knows of Node.js (`process_…`, `nodejs_…`). Sums of money are binary
 * floats here, as everything in Prometheus: for looking at, never for books.
 */
export const METRICS = {
  gridfleet_build_info: {
    type: 'gauge',
    of: 'all',
    help: 'Always 1; the labels say what runs.',
    labels: ['component', 'version', 'name'],
  },

  gridfleet_strategy_orders_due: {
    type: 'gauge',
    of: 'worker',
    help: 'Slots of a running strategy that should have an order at the exchange now.',
    labels: ['strategy'],
  },
  gridfleet_strategy_orders_resting: {
    type: 'gauge',
    of: 'worker',
    help: 'Slots that have their order at the right price at the exchange.',
    labels: ['strategy'],
  },
  gridfleet_strategy_orders_missing: {
    type: 'gauge',
    of: 'worker',
    help: 'Slots that should have an order and have none resting.',
    labels: ['strategy'],
  },
  gridfleet_strategy_coverage_ratio: {
    type: 'gauge',
    of: 'worker',
    help: 'Share of the time, since this node took the run, in which slots that were due had their order.',
    labels: ['strategy'],
  },
  gridfleet_strategy_profit_quote: {
    type: 'gauge',
    of: 'worker',
    help: 'Profit of a strategy in its quote currency, realized or unrealized.',
    labels: ['strategy', 'part'],
  },
  gridfleet_strategy_fills: {
    type: 'gauge',
    of: 'worker',
    help: 'Trades a strategy has booked in its life.',
    labels: ['strategy'],
  },
  gridfleet_order_ack_seconds: {
    type: 'histogram',
    of: 'worker',
    help: 'From handing an order to the venue until its answer, by what became of it.',
    labels: ['outcome'],
    buckets: SECONDS,
  },
  gridfleet_corrections_total: {
    type: 'counter',
    of: 'worker',
    help: 'Orders whose row reconciliation had to change, by cause.',
    labels: ['cause'],
  },
  gridfleet_run_interruptions_total: {
    type: 'counter',
    of: 'worker',
    help: 'Times a run failed inside its node and was opened again.',
    labels: [],
  },
  gridfleet_fence_rejections_total: {
    type: 'counter',
    of: 'worker',
    help: 'Writes of a stale owner that MySQL refused.',
    labels: [],
  },
  gridfleet_lease_losses_total: {
    type: 'counter',
    of: 'worker',
    help: 'Leases taken by somebody else (lost) or not renewed in time (overdue).',
    labels: ['reason'],
  },
  gridfleet_market_data_feeds: {
    type: 'gauge',
    of: 'worker',
    help: 'Markets this node follows.',
    labels: [],
  },
  gridfleet_market_data_stale: {
    type: 'gauge',
    of: 'worker',
    help: 'Markets this node follows and has had no quote of for 20 s.',
    labels: [],
  },
  gridfleet_stream_gaps_total: {
    type: 'counter',
    of: 'worker',
    help: 'Interruptions of private streams after which the books were compared anew.',
    labels: [],
  },
  gridfleet_request_weight_used: {
    type: 'gauge',
    of: 'worker',
    help: "Request weight of the present minute as the exchange's last answer told it.",
    labels: ['venue'],
  },
  gridfleet_request_weight_limit: {
    type: 'gauge',
    of: 'worker',
    help: 'Request weight a minute may have at this venue.',
    labels: ['venue'],
  },
  gridfleet_gate_closures_total: {
    type: 'counter',
    of: 'worker',
    help: 'Times an exchange made the fleet wait (429, ban, firewall).',
    labels: ['venue', 'code'],
  },
  gridfleet_runs_hosted: {
    type: 'gauge',
    of: 'worker',
    help: 'Runs on this node.',
    labels: [],
  },
  gridfleet_node_capacity: {
    type: 'gauge',
    of: 'worker',
    help: 'Runs this node takes at most.',
    labels: [],
  },
  gridfleet_event_loop_busy_ratio: {
    type: 'gauge',
    of: 'worker',
    help: 'Share of the last seconds in which the event loop was busy.',
    labels: [],
  },

  gridfleet_http_request_seconds: {
    type: 'histogram',
    of: 'api',
    help: 'Requests by route and class of status.',
    labels: ['method', 'route', 'status'],
    buckets: SECONDS,
  },
  gridfleet_dependency_up: {
    type: 'gauge',
    of: 'api',
    help: '1 while the dependency answers.',
    labels: ['dependency'],
  },
  gridfleet_workers_live: {
    type: 'gauge',
    of: 'api',
    help: 'Worker nodes with a heartbeat.',
    labels: [],
  },
  gridfleet_runs: {
    type: 'gauge',
    of: 'api',
    help: 'Unfinished runs by state.',
    labels: ['state'],
  },
  gridfleet_orders_unresolved: {
    type: 'gauge',
    of: 'api',
    help: 'Orders whose fate has been unknown for more than 30 s.',
    labels: [],
  },
  gridfleet_outbox_pending: {
    type: 'gauge',
    of: 'api',
    help: 'Critical events that are written and not published yet.',
    labels: [],
  },
  gridfleet_trading_blocked: {
    type: 'gauge',
    of: 'api',
    help: 'Scopes that are not ACTIVE: platform (0 or 1), accounts, strategies.',
    labels: ['scope'],
  },
} as const satisfies Record<string, MetricSpec>;

export type MetricName = keyof typeof METRICS;
type OfType<T extends MetricType> = {
  [N in MetricName]: (typeof METRICS)[N]['type'] extends T ? N : never;
}[MetricName];
export type CounterName = OfType<'counter'>;
export type GaugeName = OfType<'gauge'>;
export type HistogramName = OfType<'histogram'>;
/** Each label of a metric with its value. */
export type Labels<N extends MetricName> = Record<(typeof METRICS)[N]['labels'][number], string>;
