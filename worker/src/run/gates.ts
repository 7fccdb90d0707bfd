import type { ScopePolicy } from './policy.js';

function textOf(policies: readonly ScopePolicy[]): string {
  return policies
    .map(({ table, id, state, rawLimits, capitalVersion }) =>
      JSON.stringify([table, id, state, rawLimits, capitalVersion]),
    )
    .sort()
    .join();
}

/**
 * Whether trading states or limits are others than those that refused orders: what waits for its retry is then tried at
 * once.
 * @param before null when nothing has been refused by them
 */
export function haveChanged(before: readonly ScopePolicy[] | null, now: readonly ScopePolicy[]): boolean {
  return before !== null && textOf(before) !== textOf(now);
}
