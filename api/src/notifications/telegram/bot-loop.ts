import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { redisKeys, type Logger, type NotificationChannelRow, type Redis } from '@gridfleet/shared/infra';
import type { BotApi, Update } from './bot-api.js';
import type { CommandDesk } from './command-desk.js';
import { parseCommand } from './command.js';
import { repliesOf } from './replies.js';

/** Older messages change nothing: who sent them has looked elsewhere meanwhile. */
const OLDEST_S = 120;
const SEEN_S = 24 * 3_600;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
const CHANGING: ReadonlySet<string> = new Set(['start', 'stop', 'halt']);

export interface BotLoopDeps {
  api: BotApi;
  desk: CommandDesk;
  redis: Redis;
  logger: Logger;
}

/** Channels of a bot that take commands from a chat. */
export type ChannelsOf = (chatId: number) => NotificationChannelRow | null;

/** Asks Telegram for the messages of one bot until the signal says stop. */
export async function followBot(
  deps: BotLoopDeps,
  token: string,
  channelOf: ChannelsOf,
  signal: AbortSignal,
): Promise<void> {
  const { api, logger } = deps;
  const name = createHash('sha256').update(token).digest('hex').slice(0, 16);
  let offset = 0;
  let failures = 0;
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    try {
      for (const update of await api.updates(token, offset, signal)) {
        offset = Math.max(offset, update.id + 1);
        await handle(deps, token, name, channelOf, update, signal);
      }
      failures = 0;
    } catch (err) {
      if (isOver()) return;
      failures += 1;
      const reason = (err instanceof Error ? err.message : String(err)).replaceAll(token, '[secret]');
      logger.warn({ bot: name, reason }, 'telegram: no messages; tried again');
      const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
      await delay(wait, undefined, { signal }).catch(() => undefined); // aborted: the loop ends
    }
  }
}

async function handle(
  { api, desk, redis, logger }: BotLoopDeps,
  token: string,
  name: string,
  channelOf: ChannelsOf,
  { id, message }: Update,
  signal: AbortSignal,
): Promise<void> {
  const command = parseCommand(message?.text ?? '');
  if (message === null || command === null) return;
  const chatId = message.chat.id;
  const channel = channelOf(chatId);
  if (channel === null) {
    logger.warn({ bot: name, chatId }, 'telegram: a chat that is not on the list sent a command');
    return;
  }
  // The process before this one may have carried it out without confirming it.
  if ((await redis.set(redisKeys.telegramSeen(name, id), '1', 'EX', SEEN_S, 'NX')) !== 'OK') return;
  const isOld = Date.now() / 1_000 - message.date > OLDEST_S;
  const replies = repliesOf(channel.language);
  let answer: string;
  try {
    answer =
      isOld && CHANGING.has(command.name) ? replies.tooOld : await desk.answer(channel, chatId, command);
  } catch (err) {
    logger.error({ err, channelId: channel.id, command: command.name }, 'telegram: a command failed');
    answer = replies.failed;
  }
  await api.reply(token, chatId, answer, signal);
}
