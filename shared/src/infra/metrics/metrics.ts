import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  METRICS,
  type CounterName,
  type GaugeName,
  type HistogramName,
  type Labels,
  type MetricName,
  type MetricSource,
  type MetricSpec,
} from './catalogue.js';

/** What code tells metrics by; names and labels are those of the catalogue. */
export interface Counters {
  count<N extends CounterName>(name: N, labels: Labels<N>, by?: number): void;
  set<N extends GaugeName>(name: N, labels: Labels<N>, value: number): void;
  observe<N extends HistogramName>(name: N, labels: Labels<N>, value: number): void;
  /** A gauge of something that is gone from this process. */
  forget<N extends GaugeName>(name: N, labels: Labels<N>): void;
}

/** For parts that run where nobody looks. */
export const NO_COUNTERS: Counters = {
  count: () => undefined,
  set: () => undefined,
  observe: () => undefined,
  forget: () => undefined,
};

interface Registered {
  counters: Map<string, Counter>;
  gauges: Map<string, Gauge>;
  histograms: Map<string, Histogram>;
}

function register(source: MetricSource, registry: Registry): Registered {
  const made: Registered = { counters: new Map(), gauges: new Map(), histograms: new Map() };
  for (const [name, spec] of Object.entries<MetricSpec>(METRICS)) {
    if (spec.of !== 'all' && spec.of !== source) continue;
    const options = { name, help: spec.help, labelNames: spec.labels, registers: [registry] };
    if (spec.type === 'counter') made.counters.set(name, new Counter(options));
    else if (spec.type === 'gauge') made.gauges.set(name, new Gauge(options));
    else {
      made.histograms.set(name, new Histogram({ ...options, buckets: [...(spec.buckets ?? [])] }));
    }
  }
  return made;
}

/** The metrics of one process, with those of Node.js. */
export class Metrics implements Counters {
  readonly #registry = new Registry();
  readonly #made: Registered;
  readonly #collectors: (() => void | Promise<void>)[] = [];

  constructor(
    source: Exclude<MetricSource, 'all'>,
    build: Omit<Labels<'gridfleet_build_info'>, 'component'>,
  ) {
    this.#made = register(source, this.#registry);
    collectDefaultMetrics({ register: this.#registry });
    this.set('gridfleet_build_info', { component: source, ...build }, 1);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Values that are looked up when somebody asks. A collector that fails must not hide the others: it decides itself. */
  onCollect(collector: () => void | Promise<void>): void {
    this.#collectors.push(collector);
  }

  /** All metrics in Prometheus' text format. */
  async text(): Promise<string> {
    for (const collect of this.#collectors) await collect();
    return this.#registry.metrics();
  }

  count<N extends CounterName>(name: N, labels: Labels<N>, by = 1): void {
    required(this.#made.counters, name).inc(labels, by);
  }

  set<N extends GaugeName>(name: N, labels: Labels<N>, value: number): void {
    required(this.#made.gauges, name).set(labels, value);
  }

  observe<N extends HistogramName>(name: N, labels: Labels<N>, value: number): void {
    required(this.#made.histograms, name).observe(labels, value);
  }

  forget<N extends GaugeName>(name: N, labels: Labels<N>): void {
    required(this.#made.gauges, name).remove(labels);
  }
}

function required<T>(made: ReadonlyMap<string, T>, name: MetricName): T {
  const metric = made.get(name);
  if (metric === undefined) throw new RangeError(`${name} is not a metric of this process`);
  return metric;
}
