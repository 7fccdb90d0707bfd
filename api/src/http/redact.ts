/** `current` is the present trading password in a request to change it. */
const SECRET = /secret|password|passphrase|credential|token|api_?key|private|^current$/i;
const LONGEST_TEXT = 2_000;
const DEEPEST = 6;

/** A body as it may be stored: whatever its name says is secret is gone, and so is what is too long or too deep. */
export function redacted(value: unknown, depth = 0): unknown {
  if (typeof value === 'string')
    return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return '…';
  if (Array.isArray(value)) return value.slice(0, 200).map((item) => redacted(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      SECRET.test(name) && item !== null && typeof item !== 'boolean'
        ? '[redacted]'
        : redacted(item, depth + 1),
    ]),
  );
}
