/** One measurement; `ratio` compares with the yardstick of the same process, so that machines can be compared. */
export interface Measurement {
  bench: string;
  perSecond: number;
  ratio: number;
}

const WARM_UP_MS = 200;
const MEASURE_MS = 1_000;
const BATCH = 100;

/** Calls `operation` for about a second and gives its rate per second. */
export function rateOf(operation: () => void): number {
  const runFor = (ms: number): number => {
    const start = performance.now();
    let count = 0;
    let elapsed = 0;
    while (elapsed < ms) {
      for (let i = 0; i < BATCH; i += 1) operation();
      count += BATCH;
      elapsed = performance.now() - start;
    }
    return (count / elapsed) * 1_000;
  };
  runFor(WARM_UP_MS);
  return runFor(MEASURE_MS);
}

/** The yardstick: one entry of a map of `size` replaced by a fresh object. */
export function mapUpdateRate(size: number): number {
  const entries = new Map(Array.from({ length: size }, (_, key) => [key, { version: 0 }]));
  let key = 0;
  return rateOf(() => {
    key = (key + 1) % size;
    entries.set(key, { version: (entries.get(key)?.version ?? 0) + 1 });
  });
}
