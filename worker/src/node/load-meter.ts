import { monitorEventLoopDelay, performance as perf } from 'node:perf_hooks';

const SAMPLE_MS = 1_000;
/** Samples that make the load. */
const SAMPLES = 5;
/** Resolution of the delay monitor, ms: it counts its own interval. */
const RESOLUTION_MS = 10;

/** How busy this process's event loop is. */
export class LoadMeter {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  /** The same, of one sample's time. */
  readonly #recent = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #samples: number[] = [];
  readonly #lags: number[] = [];
  #last = perf.eventLoopUtilization();
  #timer: NodeJS.Timeout | null = null;

  start(): void {
    this.#delay.enable();
    this.#recent.enable();
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS).unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#delay.disable();
    this.#recent.disable();
  }

  /** Share of the last seconds in which the loop was busy, 0..1. */
  utilisation(): number {
    if (this.#samples.length === 0) return 0;
    return this.#samples.reduce((sum, sample) => sum + sample, 0) / this.#samples.length;
  }

  /** Load that has lasted, 0..1: a burst, as of runs that are being opened, is over before it shows here. */
  sustained(): number {
    return this.#samples.length < SAMPLES ? 0 : Math.min(...this.#samples);
  }

  /** Longest lag of the loop in the last seconds, ms. */
  longestLag(): number {
    return Math.max(0, ...this.#lags);
  }

  /** 99th percentile of the loop's lag since the last call, ms. */
  takeLag(): number {
    const lag = this.#delay.percentile(99) / 1e6 - RESOLUTION_MS;
    this.#delay.reset();
    return Number.isFinite(lag) ? Math.max(0, lag) : 0;
  }

  #sample(): void {
    const now = perf.eventLoopUtilization();
    this.#samples.push(perf.eventLoopUtilization(now, this.#last).utilization);
    this.#last = now;
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    this.#lags.push(this.#recent.max / 1e6 - RESOLUTION_MS);
    this.#recent.reset();
    if (this.#lags.length > SAMPLES) this.#lags.shift();
  }
}
