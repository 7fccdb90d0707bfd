import type { DataSource } from 'typeorm';
import {
  NotificationChannelRepository,
  type CredentialCipher,
  type NotificationChannelRow,
} from '@gridfleet/shared/infra';
import { openSecrets } from '../secret-box.js';
import { Ticker } from '../ticker.js';
import { followBot, type BotLoopDeps } from './bot-loop.js';
import { PollerLock } from './poller-lock.js';

const LOOK_MS = 5_000;
const LOCK_MS = 15_000;

export interface PollerDeps extends BotLoopDeps {
  dataSource: DataSource;
  cipher: CredentialCipher;
  timeScale: number;
}

interface Bot {
  channels: NotificationChannelRow[];
  stop: AbortController;
  ended: Promise<void>;
}

function chatsOf(row: NotificationChannelRow): string[] {
  const { commandChats = '' } = JSON.parse(row.settings) as { commandChats?: string };
  return commandChats.split(',').flatMap((id) => id.trim() || []);
}

/** Follows every bot that takes commands, in one process of the fleet at a time. */
export class TelegramPoller {
  readonly #deps: PollerDeps;
  readonly #lock: PollerLock;
  readonly #ticker: Ticker;
  readonly #bots = new Map<string, Bot>();

  constructor(deps: PollerDeps) {
    const { redis, logger, timeScale } = deps;
    this.#deps = deps;
    this.#lock = new PollerLock(redis, LOCK_MS * timeScale);
    this.#ticker = new Ticker('telegram commands', LOOK_MS * timeScale, () => this.#look(), logger);
  }

  start(): void {
    this.#ticker.start();
  }

  async stop(): Promise<void> {
    await this.#ticker.stop();
    await this.#leave([...this.#bots.keys()]);
    await this.#lock.release().catch((err: unknown) => {
      this.#deps.logger.info({ err }, 'telegram: the lock was left to run out');
    });
  }

  async #look(): Promise<void> {
    let isOurs = false;
    try {
      isOurs = await this.#lock.hold();
    } finally {
      // Also when Redis does not answer: somebody else may hold the lock soon.
      if (!isOurs) await this.#leave([...this.#bots.keys()]);
    }
    if (!isOurs) return;
    const wanted = await this.#wanted();
    await this.#leave([...this.#bots.keys()].filter((token) => !wanted.has(token)));
    for (const [token, channels] of wanted) {
      const bot = this.#bots.get(token);
      if (bot === undefined) this.#follow(token, channels);
      else bot.channels = channels;
    }
  }

  /** Channels that take commands, by their bot's token. */
  async #wanted(): Promise<Map<string, NotificationChannelRow[]>> {
    const { dataSource, cipher, logger } = this.#deps;
    const wanted = new Map<string, NotificationChannelRow[]>();
    for (const row of await new NotificationChannelRepository(dataSource.manager).active()) {
      if (row.kind !== 'telegram' || chatsOf(row).length === 0) continue;
      try {
        const token = openSecrets(cipher, row)['botToken'] ?? '';
        wanted.set(token, [...(wanted.get(token) ?? []), row]);
      } catch {
        logger.error({ channelId: row.id }, 'the secrets of a channel cannot be opened with ENCRYPTION_KEY');
      }
    }
    return wanted;
  }

  #follow(token: string, channels: NotificationChannelRow[]): void {
    const stop = new AbortController();
    const bot: Bot = { channels, stop, ended: Promise.resolve() };
    const channelOf = (chatId: number): NotificationChannelRow | null =>
      bot.channels.find((row) => chatsOf(row).includes(String(chatId))) ?? null;
    bot.ended = followBot(this.#deps, token, channelOf, stop.signal);
    this.#bots.set(token, bot);
  }

  async #leave(tokens: readonly string[]): Promise<void> {
    const left = tokens.flatMap((token) => this.#bots.get(token) ?? []);
    for (const token of tokens) this.#bots.delete(token);
    for (const { stop } of left) stop.abort();
    await Promise.all(left.map(({ ended }) => ended));
  }
}
