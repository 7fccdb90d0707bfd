import type { PageRequest } from '@gridfleet/shared/infra';
import { GridfleetError } from '@gridfleet/shared/schema';

const DEFAULT_LIMIT = 100;

export function pageRequest({ limit, cursor }: { limit?: number; cursor?: string }): PageRequest {
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
