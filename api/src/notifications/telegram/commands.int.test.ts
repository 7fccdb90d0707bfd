import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cipherKeys, CredentialCipher } from '@gridfleet/shared/infra';
import type { TradingStateDto } from '@gridfleet/shared/schema';
import { waitUntil } from '../../../../tests/harness/wait.js';
import { createServices } from '../../services.js';
import { createAccount, createStrategy } from '../../testing/fixtures.js';
import { startReceiver, type Receiver } from '../../testing/receiver.js';
import { startTestApi, type Caller, type TestApi } from '../../testing/test-api.js';
import { safeHttp } from '../http/safe-http.js';
import { BotApi } from './bot-api.js';
import { CommandDesk } from './command-desk.js';
import { TelegramPoller } from './poller.js';

const TOKEN = '123456:AAbbCCddEEffGGhhIIjjKKllMMnn';
const CHAT = 42;

let api: TestApi;
let owner: Caller;
let bot: Receiver;
let accountId: number;
let strategyId: number;
/** Messages Telegram holds for the bot. */
let waiting: { update_id: number; message: { date: number; text: string; chat: { id: number } } }[] = [];
let next = 1;
let polls = 0;
const replies: { chat_id: number; text: string }[] = [];
const pollers: TelegramPoller[] = [];

beforeAll(async () => {
  bot = await startReceiver();
  bot.answer = async ({ url, body }) => {
    if (url === `/bot${TOKEN}/sendMessage`) {
      replies.push(JSON.parse(body) as { chat_id: number; text: string });
      return { body: '{"ok":true,"result":{}}' };
    }
    polls += 1;
    const { offset } = JSON.parse(body) as { offset: number };
    // As Telegram does: asking for an offset confirms what came before it.
    waiting = waiting.filter(({ update_id: id }) => id >= offset);
    for (let turn = 0; waiting.length === 0 && turn < 10; turn += 1) await delay(20);
    return { body: JSON.stringify({ ok: true, result: waiting }) };
  };
  api = await startTestApi({ notifyAllowPrivate: true, telegramApiUrl: bot.url });
  owner = api.as('ann@example.org');
  accountId = (await createAccount(owner)).id;
  ({ id: strategyId } = await createStrategy(owner, accountId));
  const answer = await owner('POST', '/api/notifications', {
    kind: 'telegram',
    name: 'Phone',
    settings: { chatId: String(CHAT), commandChats: `7, ${CHAT}` },
    secrets: { botToken: TOKEN },
  });
  expect(answer.status, answer.text).toBe(201);
});
afterAll(async () => {
  await api.close();
  await bot.close();
});
afterEach(async () => {
  await Promise.all(pollers.splice(0).map((one) => one.stop()));
  waiting = [];
  replies.length = 0;
});

function startPoller(): void {
  const { config, dataSource, redis, logger } = api;
  const services = createServices({
    config,
    dataSource,
    redis,
    logger,
    connectBlocking: () => redis,
    venueQueries: api.venueQueries,
    runQueue: api.runQueue,
    backtestQueue: api.backtestQueue,
    version: '0',
  });
  const poller = new TelegramPoller({
    dataSource,
    redis,
    logger,
    timeScale: 0.1,
    cipher: new CredentialCipher(...cipherKeys(config)),
    api: new BotApi({ http: safeHttp, baseUrl: bot.url, allowPrivate: true, deadlineMs: 2_000 }),
    desk: new CommandDesk({ dataSource, redis, services }),
  });
  pollers.push(poller);
  poller.start();
}

function say(text: string, { chat = CHAT, ageS = 0 } = {}): void {
  const date = Math.floor(Date.now() / 1_000) - ageS;
  waiting.push({ update_id: next, message: { date, text, chat: { id: chat } } });
  next += 1;
}

async function ask(text: string, options?: { ageS: number }): Promise<string> {
  const before = replies.length;
  say(text, options);
  await waitUntil(() => replies.length > before, { timeoutMs: 10_000, what: `a reply to ${text}` });
  return replies[before]?.text ?? '';
}

const accountState = async (): Promise<string> =>
  ((await owner('GET', `/api/trading-state/account/${accountId}`)).body as TradingStateDto).state;

describe('commands of a chat', () => {
  it('show strategies, status, positions and trades, and help for anything else', async () => {
    startPoller();
    expect(await ask('/strategies')).toBe(`#${strategyId} Grid: stopped`);
    expect(await ask('/status@GridBot')).toBe('0 of 1 strategies run.');
    expect(await ask('/positions')).toBe('Nothing.');
    expect(await ask('/trades')).toBe('Nothing.');
    expect(await ask('/start')).toContain('/halt');
    expect(await ask('/nonsense')).toContain('/strategies');
    expect(await ask('/stop')).toContain('/stop NUMBER');
    expect(await ask('/start 999999')).toBe('There is no strategy 999999.');
  });

  it('start and stop a strategy, as an audited command of whoever set the channel up', async () => {
    startPoller();
    expect(await ask(`/start ${strategyId}`)).toBe('Grid starts.');
    const status = await owner('GET', `/api/strategies/${strategyId}/status`);
    expect(status.body).toMatchObject({ desiredState: 'running' });
    expect(await ask(`/stop #${strategyId}`)).toContain('Grid stops');
    const rows: { action: string; actor: string }[] = await api.dataSource.query(
      "SELECT action, actor FROM audit WHERE action LIKE 'telegram%' ORDER BY id",
    );
    expect(rows).toEqual([
      { action: 'telegram /start', actor: 'ann@example.org' },
      { action: 'telegram /stop', actor: 'ann@example.org' },
    ]);
  });

  it('halt only after a second message with the code, which works once', async () => {
    startPoller();
    const asked = await ask('/halt');
    const [, code = ''] = /\/halt (\d{4})/.exec(asked) ?? [];
    expect(code).not.toBe('');
    expect(await accountState()).toBe('ACTIVE');
    expect(await ask('/halt 0000')).toContain('not the code');
    const [, again = ''] = /\/halt (\d{4})/.exec(await ask('/halt')) ?? [];
    expect(await ask(`/halt ${again}`)).toContain('Halted: 1 account(s)');
    expect(await accountState()).toBe('HALTED');
    expect(await ask(`/halt ${again}`)).toContain('not the code');
    await owner('PUT', `/api/trading-state/account/${accountId}`, { state: 'ACTIVE' });
  });

  it('are ignored from a chat that is not on the list', async () => {
    startPoller();
    say(`/start ${strategyId}`, { chat: 666 });
    await ask('/help');
    expect(replies).toHaveLength(1);
    expect(replies[0]?.chat_id).toBe(CHAT);
    expect(api.log()).not.toContain(TOKEN);
  });

  it('that are old change nothing', async () => {
    startPoller();
    expect(await ask(`/start ${strategyId}`, { ageS: 600 })).toContain('too long ago');
  });

  it('do no more than the present role of whoever set the channel up may do', async () => {
    startPoller();
    await api.dataSource.query("UPDATE user SET role = 'viewer' WHERE email = 'ann@example.org'");
    try {
      expect(await ask('/halt')).toContain('may not do this');
      expect(await ask('/strategies')).toContain('Grid');
    } finally {
      await api.dataSource.query("UPDATE user SET role = 'owner' WHERE email = 'ann@example.org'");
    }
  });

  it('are read by one process of the fleet, and by another when it has gone', async () => {
    startPoller();
    await ask('/help');
    startPoller();
    expect(await ask('/help')).toContain('/status');
    const [first] = pollers;
    await first?.stop();
    const before = polls;
    await waitUntil(() => polls > before, { timeoutMs: 10_000, what: 'the other process to ask' });
    expect(await ask('/help')).toContain('/status');
    expect(replies).toHaveLength(3);
  });
});
