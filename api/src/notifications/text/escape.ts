/** Text inside Telegram's HTML and inside an HTML e-mail. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Slack's three control characters: without them no mention, channel or link can be written. */
export function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Discord's markdown; mentions are switched off in the request. */
export function escapeDiscord(text: string): string {
  return text.replaceAll(/[\\*_~`|>#\-[\]()<:@]/g, '\\$&');
}

/** A header of an e-mail is one line. */
export function escapeHeader(text: string): string {
  return text.replaceAll(/[\r\n\0]+/g, ' ').trim();
}

/** At most so many characters, never half of a pair. */
export function cut(text: string, longest: number): string {
  const characters = Array.from(text);
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
}
