import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import { Type, type Static } from 'typebox';
import { resolvePublicHost, WebhookTargetError } from '@gridfleet/shared/infra';
import { withDeadline } from '../../http/deadline.js';
import { cut, escapeHeader, escapeHtml } from '../text/escape.js';
import { text, type ChannelType, type SendResult } from './channel-kind.js';

const address = Type.String({
  maxLength: 255,
  pattern: '^[^\\s@<>,;"]+@[^\\s@<>,;"]+$',
  examples: ['ann@example.org'],
});

const Settings = Type.Object(
  {
    host: Type.String({
      pattern: '^[A-Za-z0-9._:-]{1,253}$',
      title: 'SMTP server',
      examples: ['smtp.example.org'],
    }),
    port: Type.Integer({ minimum: 1, maximum: 65_535, default: 587, title: 'Port' }),
    encryption: Type.Union([Type.Literal('starttls'), Type.Literal('tls'), Type.Literal('none')], {
      default: 'starttls',
      title: 'Encryption',
      description: 'none is for a server in a private network that has been allowed.',
    }),
    user: Type.Optional(Type.String({ maxLength: 255, title: 'User' })),
    from: Type.String({ ...address, title: 'From' }),
    to: Type.String({ ...address, title: 'To' }),
  },
  { additionalProperties: false },
);

/** Ports mail is handed in at; below 1024 no others. */
const MAIL_PORTS: ReadonlySet<number> = new Set([25, 465, 587]);

/** Answers of SMTP from 500 on are final. */
function judged(error: unknown): SendResult {
  const { responseCode, message } = error as { responseCode?: number; message?: string };
  const permanent =
    error instanceof WebhookTargetError || (responseCode !== undefined && responseCode >= 500);
  return { ok: false, permanent, reason: message ?? String(error) };
}

/** E-mail over SMTP. */
export const email: ChannelType = {
  title: 'E-mail',
  settings: Settings,
  secrets: Type.Object(
    { password: Type.Optional(Type.String({ minLength: 1, maxLength: 500, title: 'Password' })) },
    { additionalProperties: false },
  ),
  targets: (settings) => [{ field: 'host', in: 'settings', host: text(settings['host']) }],
  async send({ message, settings, secrets, deliveryId }, { allowPrivate, deadlineMs }) {
    const { host, port, encryption, user, from, to } = settings as Static<typeof Settings>;
    if (port < 1024 && !MAIL_PORTS.has(port))
      return { ok: false, permanent: true, reason: `Port ${port} does not belong to mail.` };
    if (encryption === 'none' && !allowPrivate)
      return { ok: false, permanent: true, reason: 'Mail is not sent unencrypted to public servers.' };
    try {
      const [ip = host] = await resolvePublicHost(host, { allowPrivate });
      const transport = createTransport({
        host: ip,
        port,
        secure: encryption === 'tls',
        requireTLS: encryption === 'starttls',
        ignoreTLS: encryption === 'none',
        ...(user === undefined ? {} : { auth: { user, pass: secrets['password'] ?? '' } }),
        ...(isIP(host) === 0 ? { tls: { servername: host } } : {}),
        connectionTimeout: deadlineMs,
        greetingTimeout: deadlineMs,
        socketTimeout: deadlineMs,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      try {
        const body = message.lines.join('\n');
        await withDeadline(
          transport.sendMail({
            from,
            to,
            subject: cut(escapeHeader(`[Gridfleet] ${message.title}`), 200),
            text: body,
            html: `<p><b>${escapeHtml(message.title)}</b></p><p>${message.lines.map(escapeHtml).join('<br>')}</p>`,
            headers: { 'x-gridfleet-delivery': deliveryId },
          }),
          deadlineMs,
          'handing in a mail',
        );
        return { ok: true };
      } finally {
        transport.close();
      }
    } catch (error) {
      return judged(error);
    }
  },
};
