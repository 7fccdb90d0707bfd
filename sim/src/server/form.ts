/** What URLSearchParams does not take as it stands: escapes, and a question mark that it drops in front. */
const ENCODED = /[%+]|^\?/;

/** The pairs of a query or a form body, decoded, in their order. */
export function formPairs(text: string): Iterable<readonly [string, string]> {
  // Orders rarely have anything to decode; reading them is a third of the work then.
  return ENCODED.test(text) ? new URLSearchParams(text) : plainPairs(text);
}

function plainPairs(text: string): [string, string][] {
  const pairs: [string, string][] = [];
  for (let start = 0; start < text.length;) {
    const next = text.indexOf('&', start);
    const end = next < 0 ? text.length : next;
    const mark = text.indexOf('=', start);
    if (mark >= 0 && mark < end) pairs.push([text.slice(start, mark), text.slice(mark + 1, end)]);
    else if (end > start) pairs.push([text.slice(start, end), '']);
    start = end + 1;
  }
  return pairs;
}
