/** A remembered text of this browser; null when there is none. */
export function readText(key: string): string | null {
  try {
    return localStorage.getItem(`gridfleet.${key}`);
  } catch {
    // Storage can be blocked by the browser: choices then last for the visit.
    return null;
  }
}

/** Remembers a text in this browser, where it lets us. */
export function writeText(key: string, value: string): void {
  try {
    localStorage.setItem(`gridfleet.${key}`, value);
  } catch {
    // As above: not remembered is the only consequence.
  }
}
