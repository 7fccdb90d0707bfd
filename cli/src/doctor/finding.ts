/** `fail` keeps the product from working, `warn` will hurt one day. */
export type Verdict = 'ok' | 'warn' | 'fail';

/** What one check saw, and what to do about it. */
export interface Finding {
  what: string;
  verdict: Verdict;
  says: string;
  do?: string;
}

export const ok = (what: string, says: string): Finding => ({ what, verdict: 'ok', says });
export const warn = (what: string, says: string, todo: string): Finding => ({
  what,
  verdict: 'warn',
  says,
  do: todo,
});
export const fail = (what: string, says: string, todo: string): Finding => ({
  what,
  verdict: 'fail',
  says,
  do: todo,
});

/** Dotted numbers: below zero when `a` is older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('.').map((part) => Number.parseInt(part, 10) || 0));
  for (let index = 0; index < 3; index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
