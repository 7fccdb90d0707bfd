import { Type } from 'typebox';
import { cut, escapeDiscord } from '../text/escape.js';
import { accepted, postJson } from './answers.js';
import type { ChannelType } from './channel-kind.js';

const COLORS = { info: 0x3b82f6, warning: 0xf59e0b, critical: 0xdc2626 } as const;

/** A webhook of a Discord channel. Nobody is ever mentioned. */
export const discord: ChannelType = {
  title: 'Discord',
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
    return postJson(
      context,
      secrets['webhook'] ?? '',
      {
        embeds: [
          {
            title: cut(escapeDiscord(message.title), 250),
            description: cut(message.lines.map(escapeDiscord).join('\n'), 4_000),
            color: COLORS[message.severity],
          },
        ],
        allowed_mentions: { parse: [] },
      },
      accepted,
    );
  },
};
