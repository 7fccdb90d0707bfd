import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChannelKind } from '@gridfleet/shared/schema';
import { startReceiver, type Receiver } from '../../testing/receiver.js';
import { safeHttp } from '../http/safe-http.js';
import type { Outgoing, SendContext } from './channel-kind.js';
import { CHANNELS } from './index.js';

const NOW = Date.parse('2026-01-31T12:00:00.500Z');
/** Everything the providers give a meaning to. */
const NASTY = '<b>x</b> & *y* _z_ `q` <!channel> <at user_id="all"> @everyone [a](http://b) ~~s~~';
const TOKEN = '123456:AAbbCCddEEffGGhhIIjjKKllMMnn';

let receiver: Receiver;
let context: SendContext;

beforeEach(async () => {
  receiver = await startReceiver();
  context = { http: safeHttp, allowPrivate: true, telegramUrl: receiver.url, deadlineMs: 2_000 };
});
afterEach(() => receiver.close());

function send(
  kind: ChannelKind,
  { settings = {}, secrets = {}, ...rest }: Partial<Outgoing> = {},
  over: Partial<SendContext> = {},
) {
  return CHANNELS[kind].send(
    {
      deliveryId: '7',
      event: 'halt',
      message: { severity: 'critical', title: `Halt ${NASTY}`, lines: [`Reason: ${NASTY}`, 'Time: now'] },
      data: { event: 'halt' },
      settings,
      secrets,
      now: NOW,
      ...rest,
    },
    { ...context, ...over },
  );
}

describe('Telegram', () => {
  const target = { settings: { chatId: '-100123' }, secrets: { botToken: TOKEN } };

  it('gets HTML in which only our own tags are tags', async () => {
    receiver.answer = () => ({ body: '{"ok":true,"result":{}}' });
    expect(await send('telegram', target)).toEqual({ ok: true });
    expect(receiver.requests[0]?.url).toBe(`/bot${TOKEN}/sendMessage`);
    const body = JSON.parse(receiver.body()) as { chat_id: string; text: string; parse_mode: string };
    expect(body).toMatchObject({ chat_id: '-100123', parse_mode: 'HTML' });
    expect(body.text.match(/<[^>]*>/g)).toEqual(['<b>', '</b>']);
    expect(body.text).toContain('&lt;b&gt;x&lt;/b&gt; &amp; *y*');
  });

  it('is left alone for as long as it asks', async () => {
    receiver.answer = () => ({
      status: 429,
      body: '{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":17}}',
    });
    expect(await send('telegram', target)).toMatchObject({
      ok: false,
      permanent: false,
      retryAfterMs: 17_000,
    });
  });

  it('that does not know the chat is not asked again', async () => {
    receiver.answer = () => ({
      status: 400,
      body: '{"ok":false,"description":"Bad Request: chat not found"}',
    });
    const result = await send('telegram', target);
    expect(result).toMatchObject({ ok: false, permanent: true });
    expect(JSON.stringify(result)).toContain('chat not found');
  });
});

describe('DingTalk', () => {
  it('gets a plain text with the keyword and a signature over timestamp and secret', async () => {
    receiver.answer = () => ({ body: '{"errcode":0,"errmsg":"ok"}' });
    const secrets = { webhook: `${receiver.url}/robot/send?access_token=abc`, secret: 'SECabcdefgh' };
    expect(await send('dingtalk', { settings: { keyword: 'grid' }, secrets })).toEqual({ ok: true });
    const query = new URL(receiver.requests[0]?.url ?? '', receiver.url).searchParams;
    expect(query.get('access_token')).toBe('abc');
    expect(query.get('timestamp')).toBe(String(NOW));
    const expected = createHmac('sha256', 'SECabcdefgh').update(`${NOW}\nSECabcdefgh`).digest('base64');
    expect(query.get('sign')).toBe(expected);
    const body = JSON.parse(receiver.body()) as { msgtype: string; text: { content: string } };
    expect(body.msgtype).toBe('text');
    expect(body.text.content).toBe(`[grid] Halt ${NASTY}\nReason: ${NASTY}\nTime: now`);
  });

  it.each([
    [310_000, true],
    [660_026, false],
  ])('that answers errcode %i was not reached (final: %s)', async (errcode, permanent) => {
    receiver.answer = () => ({ body: JSON.stringify({ errcode, errmsg: 'no' }) });
    const result = await send('dingtalk', { secrets: { webhook: `${receiver.url}/robot/send` } });
    expect(result).toEqual({ ok: false, permanent, reason: `errcode ${errcode}: no` });
  });
});

describe('Feishu', () => {
  it('gets literal rich text, signed with timestamp and secret as the key', async () => {
    receiver.answer = () => ({ body: '{"code":0,"msg":"success"}' });
    const secrets = { webhook: `${receiver.url}/open-apis/bot/v2/hook/x`, secret: 'feishu-secret' };
    expect(await send('feishu', { secrets })).toEqual({ ok: true });
    const seconds = Math.floor(NOW / 1_000);
    const body = JSON.parse(receiver.body()) as {
      timestamp: string;
      sign: string;
      msg_type: string;
      content: { post: { zh_cn: { title: string; content: { tag: string; text: string }[][] } } };
    };
    expect(body.timestamp).toBe(String(seconds));
    expect(body.sign).toBe(createHmac('sha256', `${seconds}\nfeishu-secret`).update('').digest('base64'));
    expect(body.msg_type).toBe('post');
    expect(body.content.post.zh_cn.title).toBe(`Halt ${NASTY}`);
    expect(body.content.post.zh_cn.content).toEqual([
      [{ tag: 'text', text: `Reason: ${NASTY}` }],
      [{ tag: 'text', text: 'Time: now' }],
    ]);
  });

  it('that refuses the signature says so, and is not asked again', async () => {
    receiver.answer = () => ({
      body: '{"code":19021,"msg":"sign match fail or timestamp is not within one hour"}',
    });
    const result = await send('feishu', { secrets: { webhook: receiver.url } });
    expect(result).toMatchObject({ ok: false, permanent: true });
  });
});

describe('Slack', () => {
  it('gets plain-text blocks and a fallback that mentions nobody', async () => {
    receiver.answer = () => ({ body: 'ok' });
    expect(await send('slack', { secrets: { webhook: `${receiver.url}/services/T/B/x` } })).toEqual({
      ok: true,
    });
    const body = JSON.parse(receiver.body()) as {
      text: string;
      blocks: { text: { type: string; text: string } }[];
    };
    expect(body.text).not.toMatch(/[<>]/);
    expect(body.blocks.map(({ text }) => text.type)).toEqual(['plain_text', 'plain_text']);
    expect(body.blocks[1]?.text.text).toBe(`Reason: ${NASTY}\nTime: now`);
  });
});

describe('Discord', () => {
  it('gets an embed without markdown of others, and may mention nobody', async () => {
    receiver.answer = () => ({ status: 204 });
    expect(await send('discord', { secrets: { webhook: `${receiver.url}/api/webhooks/1/x` } })).toEqual({
      ok: true,
    });
    const body = JSON.parse(receiver.body()) as {
      embeds: { title: string; description: string }[];
      allowed_mentions: { parse: string[] };
    };
    expect(body.allowed_mentions).toEqual({ parse: [] });
    const { description = '' } = body.embeds[0] ?? {};
    // Without the escapes it is what was meant; with them no character of markdown stands alone.
    expect(description.replaceAll(/\\(.)/g, '$1')).toBe(`Reason: ${NASTY}\nTime: now`);
    expect(description.replaceAll(/\\./g, '')).not.toMatch(/[*_~`|>[\]()<@]/);
  });

  it('says in seconds when it may be asked again', async () => {
    receiver.answer = () => ({ status: 429, body: '{"message":"slow down","retry_after":1.5}' });
    const result = await send('discord', { secrets: { webhook: receiver.url } });
    expect(result).toMatchObject({ ok: false, permanent: false, retryAfterMs: 1_500 });
  });
});

describe('a webhook', () => {
  const target = () => ({
    settings: { url: `${receiver.url}/hook` },
    secrets: { secret: 'a-long-signing-secret' },
  });

  it('can check who sent it, and when', async () => {
    expect(await send('webhook', target())).toEqual({ ok: true });
    const [received] = receiver.requests;
    if (received === undefined) throw new Error('nothing was received');
    const { headers, body, url } = received;
    expect(url).toBe('/hook');
    const timestamp = String(Math.floor(NOW / 1_000));
    expect(headers['x-gridfleet-timestamp']).toBe(timestamp);
    const expected = createHmac('sha256', 'a-long-signing-secret')
      .update(`${timestamp}.${body}`)
      .digest('hex');
    expect(headers['x-gridfleet-signature']).toBe(`sha256=${expected}`);
    expect(headers['x-gridfleet-delivery']).toBe('7');
    expect(JSON.parse(body)).toMatchObject({
      id: '7',
      event: 'halt',
      severity: 'critical',
      data: { event: 'halt' },
    });
  });

  it('that redirects is not followed', async () => {
    receiver.answer = ({ url }) =>
      url === '/hook' ? { status: 302, headers: { location: '/elsewhere' } } : {};
    expect(await send('webhook', target())).toMatchObject({ ok: false, permanent: true });
    expect(receiver.requests.map(({ url }) => url)).toEqual(['/hook']);
  });

  it.each([
    [500, false],
    [503, false],
    [408, false],
    [404, true],
    [401, true],
  ])('that answers %i is final: %s', async (status, permanent) => {
    receiver.answer = () => ({ status, body: 'no' });
    expect(await send('webhook', target())).toMatchObject({
      ok: false,
      permanent,
      reason: `HTTP ${status}: no`,
    });
  });

  it('that does not answer is given up after the deadline', async () => {
    receiver.answer = () => null;
    const result = await send('webhook', target(), { deadlineMs: 100 });
    expect(result).toEqual({ ok: false, permanent: false, reason: 'no answer within 100 ms' });
  });

  it('inside the network is refused unless that is allowed, whatever its name says', async () => {
    for (const url of [
      receiver.url,
      'https://localhost/x',
      'https://[::1]:8443/',
      'https://169.254.169.254/latest',
    ]) {
      const result = await send('webhook', { ...target(), settings: { url } }, { allowPrivate: false });
      expect(result, url).toMatchObject({ ok: false, permanent: true });
    }
    expect(receiver.requests).toEqual([]);
  });
});
