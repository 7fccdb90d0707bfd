/** Fewest different characters of a random secret of the shortest accepted length; hex has sixteen. */
const MIN_DISTINCT = 8;
const MIN_PASSWORD = 12;
const LONGEST_PATTERN = 16;
/** What examples, guides and hurried people write. */
const COMMON = /change[-_ ]?(?:me|this|it)|default|example|placeholder|your[-_ ]|password|letmein|qwerty|1234567|gridfleet/i;
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '[::1]', 'localhost']);

function isRepeated(text: string): boolean {
  for (let length = 1; length <= Math.min(LONGEST_PATTERN, text.length / 2); length += 1) {
    if (text === text.slice(0, length).repeat(Math.ceil(text.length / length)).slice(0, text.length)) return true;
  }
  return false;
}

/** Whether a secret can be guessed: few characters, a repeated pattern, or a word of an example. */
export function isWeakSecret(text: string): boolean {
  return new Set(text).size < MIN_DISTINCT || isRepeated(text) || COMMON.test(text);
}

/**
 * What is wrong with the password of a server's address; null when nothing is. A server on this machine is reached by
 * its own users only, and its password is not judged.
 */
export function weakPassword(address: string): string | null {
  const url = new URL(address);
  if (LOOPBACK.has(url.hostname)) return null;
  const password = decodeURIComponent(url.password);
  if (password === '') return `has no password for ${url.hostname}`;
  if (password.length < MIN_PASSWORD || isWeakSecret(password)) {
    return `has a weak password for ${url.hostname}: use ${MIN_PASSWORD} or more random characters`;
  }
  return null;
}
