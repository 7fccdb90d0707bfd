import { createHmac } from 'node:crypto';
import { Type } from 'typebox';
import { cut } from '../text/escape.js';
import { jsonOf, postJson } from './answers.js';
import type { ChannelType } from './channel-kind.js';

/** Too many messages: five a second, a hundred a minute. */
const LATER: ReadonlySet<number> = new Set([9499, 11232]);

/** Feishu's signature: HMAC-SHA256 with "timestamp\nsecret" as the key over nothing, base64; seconds. */
export function feishuSignature(timestamp: number, secret: string): string {
  return createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64');
}

/** A custom bot of a Feishu or Lark group. Rich text of the tag "text" is literal: it mentions nobody. */
export const feishu: ChannelType = {
  title: 'Feishu / Lark',
  settings: Type.Object({}, { additionalProperties: false }),
  secrets: Type.Object(
    {
      webhook: Type.String({
        minLength: 8,
        maxLength: 500,
        pattern: '^https?://\\S+$',
        title: 'Webhook address',
      }),
      secret: Type.Optional(
        Type.String({
          minLength: 8,
          maxLength: 200,
          title: 'Signing secret',
          description: 'Of the security setting "signature verification".',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  targets: (_settings, secrets) => [{ field: 'webhook', in: 'secrets', url: secrets['webhook'] ?? '' }],
  send({ message, secrets, now }, context) {
    const timestamp = Math.floor(now / 1_000);
    const { secret } = secrets;
    const signed =
      secret === undefined ? {} : { timestamp: String(timestamp), sign: feishuSignature(timestamp, secret) };
    const content = message.lines.map((line) => [{ tag: 'text', text: cut(line, 1_000) }]);
    return postJson(
      context,
      secrets['webhook'] ?? '',
      {
        ...signed,
        msg_type: 'post',
        content: { post: { zh_cn: { title: cut(message.title, 200), content } } },
      },
      (answer) => {
        const { code, StatusCode, msg } = jsonOf(answer);
        if (code === 0 || StatusCode === 0) return { ok: true };
        const permanent = typeof code === 'number' && !LATER.has(code);
        return { ok: false, permanent, reason: `code ${String(code)}: ${String(msg)}` };
      },
    );
  },
};
