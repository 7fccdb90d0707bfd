/** A time in ms as people read it, UTC: `2022-01-31 23:59`. */
export function minute(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}
