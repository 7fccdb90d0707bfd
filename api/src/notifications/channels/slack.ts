import { Type } from 'typebox';
import { cut, escapeSlack } from '../text/escape.js';
import { accepted, postJson } from './answers.js';
import type { ChannelType } from './channel-kind.js';

/** An incoming webhook. The blocks are plain text; the fallback shown in notifications is escaped mrkdwn. */
export const slack: ChannelType = {
  title: 'Slack',
  settings: Type.Object({}, { additionalProperties: false }),
  secrets: Type.Object(
    {
      webhook: Type.String({
        minLength: 8,
        maxLength: 500,
        pattern: '^https?://\\S+$',
        title: 'Webhook address',
      }),
    },
    { additionalProperties: false },
  ),
  targets: (_settings, secrets) => [{ field: 'webhook', in: 'secrets', url: secrets['webhook'] ?? '' }],
  send({ message, secrets }, context) {
    const plain = (text: string, longest: number) => ({
      type: 'plain_text',
      text: cut(text, longest),
      emoji: false,
    });
    return postJson(
      context,
      secrets['webhook'] ?? '',
      {
        text: escapeSlack(cut(message.title, 500)),
        blocks: [
          { type: 'header', text: plain(message.title, 150) },
          { type: 'section', text: plain(message.lines.join('\n'), 3_000) },
        ],
      },
      accepted,
    );
  },
};
