import type { PageRequest } from '@gridfleet/shared/infra';
import { Type } from 'typebox';
import { GridfleetError } from '@gridfleet/shared/schema';

const DEFAULT_LIMIT = 100;

/** Ids of orders, fills and journal rows are BIGINT: text, because JSON numbers end at 2^53. */
export const bigIdParams = Type.Object(
  { id: Type.String({ pattern: '^[1-9]\\d{0,18}$' }) },
  { additionalProperties: false },
);

export function pageRequest({
  limit,
  cursor,
}: {
  limit?: number | undefined;
  cursor?: string | undefined;
}): PageRequest {
  return { limit: limit ?? DEFAULT_LIMIT, cursor: cursor ?? null };
}

/** A cursor that was not made by this list in this order. */
export function foreignCursor(): GridfleetError {
  const field = 'query.cursor';
  const message = `${field} does not belong to this list and order.`;
  return new GridfleetError('VALIDATION_FAILED', 'The cursor is not valid', [
    { field, code: 'CURSOR', message },
  ]);
}
