import type { Params } from '../../venue/params.js';

/** From an id or a time on in ascending order, else the latest; at most `limit`, `standard` by default. */
export function page<T extends { time: number }>(
  items: readonly T[],
  params: Params,
  idName: string,
  idOf: (item: T) => number,
  standard = 500,
): T[] {
  const limit = params.limit(standard, 1000);
  // For trades `orderId` is a filter, for orders it is where the page starts.
  const fromId = params.integer(idName);
  const startTime = params.integer('startTime');
  const endTime = params.integer('endTime') ?? Infinity;
  const found = items.filter(
    (item) => idOf(item) >= (fromId ?? 0) && item.time >= (startTime ?? 0) && item.time <= endTime,
  );
  return fromId === undefined && startTime === undefined ? found.slice(-limit) : found.slice(0, limit);
}
