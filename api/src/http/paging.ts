import type { PageRequest } from '@gridfleet/shared/infra';

const DEFAULT_LIMIT = 100;

export function pageRequest({ limit, cursor }: { limit?: number; cursor?: string }): PageRequest {
  return { limit: limit ?? DEFAULT_LIMIT, cursor: cursor ?? null };
}
