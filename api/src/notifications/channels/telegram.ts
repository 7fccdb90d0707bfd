import { Type } from 'typebox';
import { cut, escapeHtml } from '../text/escape.js';
import { jsonOf, postJson, refusal } from './answers.js';
import { text, type ChannelType } from './channel-kind.js';

const LONGEST = 3_900;
const ICONS = { info: 'ℹ️', warning: '⚠️', critical: '🚨' } as const;

/** Telegram takes text up to 4,096 characters after its HTML is parsed: cut before it is escaped. */
export function telegramHtml(title: string, lines: readonly string[]): string {
  return `<b>${escapeHtml(cut(title, 300))}</b>\n${escapeHtml(cut(lines.join('\n'), LONGEST - 300))}`;
}

/** A bot of @BotFather. `commandChats` may give commands; what they may do is up to whoever set the channel up. */
export const telegram: ChannelType = {
  title: 'Telegram',
  settings: Type.Object(
    {
      chatId: Type.String({
        pattern: '^(?:-?\\d{1,20}|@\\w{5,32})$',
        title: 'Chat id',
        description: 'Chat, group or channel that gets the messages.',
        examples: ['123456789'],
      }),
      commandChats: Type.Optional(
        Type.String({
          pattern: '^-?\\d{1,20}(?: *, *-?\\d{1,20}){0,19}$',
          title: 'Chats that may give commands',
          description: 'Ids, separated by commas. Blank: the bot takes no commands.',
          examples: ['123456789'],
        }),
      ),
    },
    { additionalProperties: false },
  ),
  secrets: Type.Object(
    { botToken: Type.String({ pattern: '^\\d{3,20}:[A-Za-z0-9_-]{20,80}$', title: 'Bot token' }) },
    { additionalProperties: false },
  ),
  targets: () => [],
  send({ message, settings, secrets }, context) {
    const title = `${ICONS[message.severity]} ${message.title}`;
    return postJson(
      context,
      `${context.telegramUrl}/bot${secrets['botToken'] ?? ''}/sendMessage`,
      {
        chat_id: text(settings['chatId']),
        text: telegramHtml(title, message.lines),
        parse_mode: 'HTML',
        link_preview_options: { is_disabled: true },
        disable_notification: message.severity === 'info',
      },
      (answer) => (jsonOf(answer)['ok'] === true ? { ok: true } : refusal(answer)),
    );
  },
};
