const HIDDEN = '[redacted]';

/** Fields whose value is secret wherever they stand; compared without case, `_` and `-`. */
const NAMES =
  'credentials?|secret|api_?key|api_?secret|secret_?key|private_?key|password|passwd|passphrase|authorization|cookie|set-cookie|' +
  'signature|x-mbx-apikey|x-gridfleet-proxy-secret|listen_?key|access_?token|refresh_?token|bot_?token|webhook_?url|token|sealed|encryption_?key(?:_?old)?';

/** `"name":"value"` in a line of JSON, and the same once more escaped inside a text. */
const FIELD = new RegExp(`("(?:${NAMES})"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"`, 'gi');
const ESCAPED_FIELD = new RegExp(`(\\\\"(?:${NAMES})\\\\"\\s*:\\s*)\\\\"(?:[^"\\\\]|\\\\[^"])*\\\\"`, 'gi');
/** `name=value` of a query or a form. */
const PARAMETER = new RegExp(`((?:^|[?&\\s"'])(?:${NAMES})=)[^&\\s"'\\\\]+`, 'gi');
/** user:password@ of an address. */
const ADDRESS = /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"']*:)[^\s@"']+@/gi;
const BEARER = /\b(bearer\s+)[A-Za-z0-9._~+/=-]{8,}/gi;
/** Tokens of our own API, and those of Telegram bots, which stand in the address's path. */
const TOKEN = /\bgft_[A-Za-z0-9_-]{10,}/g;
const BOT_PATH = /(\/bot)\d{6,}:[A-Za-z0-9_-]{20,}/g;

/** A line of the log without what must not be in it, however deep it stood and whatever text it was part of. */
export function withoutSecrets(line: string): string {
  return line
    .replace(FIELD, `$1"${HIDDEN}"`)
    .replace(ESCAPED_FIELD, `$1\\"${HIDDEN}\\"`)
    .replace(PARAMETER, `$1${HIDDEN}`)
    .replace(ADDRESS, `$1${HIDDEN}@`)
    .replace(BEARER, `$1${HIDDEN}`)
    .replace(TOKEN, HIDDEN)
    .replace(BOT_PATH, `$1${HIDDEN}`);
}
