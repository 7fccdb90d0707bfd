const RANDOM_BYTES = 16;

/** A name for a new paper account in the place of a key: accounts are told apart by it. */
export function paperKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES));
  return `paper-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
