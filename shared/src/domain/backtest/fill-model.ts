/**
 * When a resting order counts as filled by a candle:
 * - `close`: BUY when close ≤ price, SELL when close ≥ price
 * - `touch`: BUY when low ≤ price, SELL when high ≥ price
 * - `strict`: BUY when low < price, SELL when high > price (traded through)
 * - `path`: the bar is walked open → (low, high if close ≥ open, else high, low) → close; touching fills, and a counter
 *   order is live for the rest of the walk
 *
 * In the first three an order placed during a candle counts from the next one. Fills are at the order's price.
 */
export const FILL_MODELS = ['close', 'touch', 'strict', 'path'] as const;
export type FillModel = (typeof FILL_MODELS)[number];
