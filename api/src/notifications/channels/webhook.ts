import { createHmac } from 'node:crypto';
import { Type } from 'typebox';
import { accepted, postJson } from './answers.js';
import { text, type ChannelType } from './channel-kind.js';

/** Hex HMAC-SHA256 with the secret over "timestamp.body"; the timestamp is in seconds. */
export function webhookSignature(timestamp: number, body: string, secret: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
}

/** Any receiver that takes signed JSON. */
export const webhook: ChannelType = {
  title: 'Webhook',
  settings: Type.Object(
    {
      url: Type.String({
        minLength: 8,
        maxLength: 500,
        pattern: '^https?://\\S+$',
        title: 'Address',
        description: 'Shown in answers: put nothing secret into it.',
        examples: ['https://example.org/hooks/gridfleet'],
      }),
    },
    { additionalProperties: false },
  ),
  secrets: Type.Object(
    { secret: Type.String({ minLength: 16, maxLength: 200, title: 'Signing secret' }) },
    { additionalProperties: false },
  ),
  targets: (settings) => [{ field: 'url', in: 'settings', url: text(settings['url']) }],
  send({ deliveryId, event, message, data, settings, secrets, now }, context) {
    const timestamp = Math.floor(now / 1_000);
    const { severity, title, lines } = message;
    const body = JSON.stringify({ id: deliveryId, event, severity, title, lines, data });
    return postJson(context, text(settings['url']), body, accepted, {
      'x-gridfleet-event': event,
      'x-gridfleet-delivery': deliveryId,
      'x-gridfleet-timestamp': String(timestamp),
      'x-gridfleet-signature': `sha256=${webhookSignature(timestamp, body, secrets['secret'] ?? '')}`,
    });
  },
};
