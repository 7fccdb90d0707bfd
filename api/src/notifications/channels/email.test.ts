import { createServer, type AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { safeHttp } from '../http/safe-http.js';
import type { SendContext } from './channel-kind.js';
import { email } from './email.js';

interface Mail {
  from: string;
  to: string[];
  raw: string;
  user: string | undefined;
}

let server: SMTPServer;
let port: number;
let mails: Mail[];

const context: SendContext = {
  http: safeHttp,
  allowPrivate: true,
  telegramUrl: '',
  deadlineMs: 3_000,
};

beforeEach(async () => {
  mails = [];
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) => {
      if (username === 'ann' && password === 'right') done(null, { user: username });
      else done(new Error('wrong password'));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString(),
          user: session.user === undefined ? undefined : String(session.user),
        });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  port = (server.server.address() as AddressInfo).port;
});
afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

function send(
  settings: Record<string, unknown> = {},
  secrets: Record<string, string> = {},
  over: Partial<SendContext> = {},
  title = 'Trading halted',
) {
  return email.send(
    {
      deliveryId: '9',
      event: 'halt',
      message: { severity: 'critical', title, lines: ['Reason: a < b & c', 'Time: now'] },
      data: null,
      settings: {
        host: '127.0.0.1',
        port,
        encryption: 'none',
        from: 'fleet@example.org',
        to: 'ann@example.org',
        ...settings,
      },
      secrets,
      now: 0,
    },
    { ...context, ...over },
  );
}

describe('a mail', () => {
  it('arrives as text and as HTML in which nothing of others is a tag', async () => {
    expect(await send()).toEqual({ ok: true });
    expect(mails).toMatchObject([{ from: 'fleet@example.org', to: ['ann@example.org'] }]);
    const raw = mails[0]?.raw ?? '';
    expect(raw).toMatch(/^Subject: \[Gridfleet\] Trading halted\r$/m);
    expect(raw).toMatch(/^X-Gridfleet-Delivery: 9\r$/im);
    expect(raw).toContain('Reason: a < b & c');
    expect(raw).toContain('Reason: a &lt; b &amp; c');
  });

  it('has one subject and no header that somebody slipped in', async () => {
    expect(await send({}, {}, {}, 'Grid\r\nBcc: thief@example.org\r\n\r\nbody')).toEqual({ ok: true });
    const head = (mails[0]?.raw ?? '').split('\r\n\r\n')[0] ?? '';
    expect(head).not.toMatch(/^bcc:/im);
    expect(head.match(/^subject:/gim)).toHaveLength(1);
    expect(mails[0]?.to).toEqual(['ann@example.org']);
  });

  it('in Chinese keeps its subject', async () => {
    expect(await send({}, {}, {}, '交易已停止')).toEqual({ ok: true });
    const subject = /^Subject: (.*(?:\r\n .*)*)/m.exec(mails[0]?.raw ?? '')?.[1] ?? '';
    const words = [...subject.matchAll(/=\?UTF-8\?(B|Q)\?(.*?)\?=/gi)].map(([, kind, word = '']) =>
      kind?.toUpperCase() === 'B'
        ? Buffer.from(word, 'base64')
        : Buffer.from(
            word
              .replaceAll('_', ' ')
              .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) =>
                String.fromCharCode(Number.parseInt(hex, 16)),
              ),
            'latin1',
          ),
    );
    expect(Buffer.concat(words).toString()).toContain('交易已停止');
  });

  it('is handed in with the password, and a wrong one is final', async () => {
    expect(await send({ user: 'ann' }, { password: 'right' })).toEqual({ ok: true });
    expect(mails[0]?.user).toBe('ann');
    expect(await send({ user: 'ann' }, { password: 'wrong' })).toMatchObject({ ok: false, permanent: true });
  });

  it('is not sent without encryption when that was asked for, nor into private networks', async () => {
    expect(await send({ encryption: 'starttls' })).toMatchObject({ ok: false });
    expect(await send({}, {}, { allowPrivate: false })).toMatchObject({ ok: false, permanent: true });
    expect(await send({ encryption: 'tls' }, {}, { allowPrivate: false })).toMatchObject({
      ok: false,
      permanent: true,
    });
    expect(mails).toEqual([]);
  });

  it('to a server that is away is tried again later', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port: closed } = other.address() as AddressInfo;
    await new Promise((resolve) => other.close(resolve));
    expect(await send({ port: closed })).toMatchObject({ ok: false, permanent: false });
  });
});
