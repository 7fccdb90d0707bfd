/** A limit of the exchange: so much in each window, windows aligned to the exchange's clock. */
export interface Limit {
  /** Name of the window, e.g. "1m", "10s", "1d". */
  window: string;
  windowMs: number;
  limit: number;
}

/** How urgent a request is; each class may use a larger share of a budget than the one below it. */
export type Urgency = 'cancel' | 'inspect' | 'place' | 'background';

/**
 * Share of the exchange's request weight a class may use up to. Nobody goes beyond 80 %; above what placements may
 * use, a fifth of the limit is left to cancels, queries and reconciliation.
 */
export const WEIGHT_SHARE: Readonly<Record<Urgency, number>> = {
  cancel: 0.8,
  inspect: 0.7,
  place: 0.6,
  background: 0.4,
};

/** Share of the request weight that periodic looks of all nodes at an address may use together. */
export const LOOK_SHARE = 0.2;

/** Share of an account's order count that is used: the rest is room for orders placed by hand. */
export const ORDER_SHARE = 0.8;

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Length of a window by its name. @throws RangeError for an unknown one. */
export function windowLength(name: string): number {
  const found = /^(\d+)([smhd])$/.exec(name);
  const unit = UNITS[found?.[2] ?? ''];
  if (found === null || unit === undefined) throw new RangeError(`"${name}" is no window`);
  return Number(found[1]) * unit;
}

export const limitOf = (window: string, limit: number): Limit => ({
  window,
  windowMs: windowLength(window),
  limit,
});

/** Number of the window a moment (exchange time, ms) lies in. */
export const windowAt = (time: number, windowMs: number): number => Math.floor(time / windowMs);

/** Time until the window ends, ms. */
export const windowLeft = (time: number, windowMs: number): number => windowMs - (time % windowMs);
