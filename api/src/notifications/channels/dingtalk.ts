import { createHmac } from 'node:crypto';
import { Type } from 'typebox';
import { cut } from '../text/escape.js';
import { jsonOf, postJson } from './answers.js';
import { text, type ChannelType } from './channel-kind.js';

const ROBOT = 'https://oapi.dingtalk.com/robot/send';
/** Too many messages in a minute; the robot is silent for ten. */
const TOO_FAST = 660026;
const LATER: ReadonlySet<number> = new Set([-1, TOO_FAST, 130101]);

/** DingTalk's signature: HMAC-SHA256 with the secret over "timestamp\nsecret", base64; the timestamp is in ms. */
export function dingtalkSignature(timestamp: number, secret: string): string {
  return createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
}

function addressOf(secrets: Record<string, string>, now: number): string {
  const given = secrets['webhook'] ?? '';
  const url = new URL(given.includes('://') ? given : `${ROBOT}?access_token=${encodeURIComponent(given)}`);
  const { secret } = secrets;
  if (secret !== undefined) {
    url.searchParams.set('timestamp', String(now));
    url.searchParams.set('sign', dingtalkSignature(now, secret));
  }
  return url.href;
}

/** A custom robot of a DingTalk group. Its texts are plain: nothing in them is interpreted. */
export const dingtalk: ChannelType = {
  title: 'DingTalk',
  settings: Type.Object(
    {
      keyword: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 30,
          title: 'Keyword',
          description: 'Word the robot asks for; put before each message.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  secrets: Type.Object(
    {
      webhook: Type.String({
        minLength: 8,
        maxLength: 500,
        pattern: '^(?:https?://\\S+|[A-Za-z0-9]+)$',
        title: 'Webhook address or access token',
      }),
      secret: Type.Optional(
        Type.String({
          minLength: 8,
          maxLength: 200,
          title: 'Signing secret',
          description: 'Of the security setting "sign" (starts with SEC).',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  targets: (_settings, secrets) => [{ field: 'webhook', in: 'secrets', url: addressOf(secrets, 0) }],
  send({ message, settings, secrets, now }, context) {
    const keyword = text(settings['keyword']);
    const content = [`${keyword === '' ? '' : `[${keyword}] `}${message.title}`, ...message.lines].join('\n');
    return postJson(
      context,
      addressOf(secrets, now),
      { msgtype: 'text', text: { content: cut(content, 4_000) }, at: { isAtAll: false } },
      (answer) => {
        const { errcode, errmsg } = jsonOf(answer);
        if (errcode === 0) return { ok: true };
        const permanent = typeof errcode === 'number' && !LATER.has(errcode);
        return { ok: false, permanent, reason: `errcode ${String(errcode)}: ${String(errmsg)}` };
      },
    );
  },
};
