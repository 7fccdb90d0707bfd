import { cipherKeys, CredentialCipher } from '@gridfleet/shared/infra';
import type { ApiDeps } from '../deps.js';
import type { Services } from '../services.js';
import { safeHttp } from './http/safe-http.js';
import { Notifier } from './notifier.js';
import { BotApi } from './telegram/bot-api.js';
import { CommandDesk } from './telegram/command-desk.js';
import { TelegramPoller } from './telegram/poller.js';

/** Longest wait for Telegram to take a reply. */
const SEND_DEADLINE_MS = 10_000;

export interface Notifications {
  stop(): Promise<void>;
}

/** Starts telling people what happens, and listening to their commands. */
export function startNotifications(
  { config, dataSource, redis, connectBlocking, logger }: ApiDeps,
  services: Services,
): Notifications {
  const { timeScale, notifyAllowPrivate: allowPrivate, telegramApiUrl: baseUrl } = config;
  const notifier = new Notifier({
    dataSource,
    connectBlocking,
    sender: services.notificationSender,
    logger,
    timeScale,
  });
  const poller = new TelegramPoller({
    dataSource,
    redis,
    logger,
    timeScale,
    cipher: new CredentialCipher(...cipherKeys(config)),
    api: new BotApi({ http: safeHttp, baseUrl, allowPrivate, deadlineMs: SEND_DEADLINE_MS }),
    desk: new CommandDesk({ dataSource, redis, services }),
  });
  notifier.start();
  poller.start();
  return {
    stop: async () => {
      await Promise.all([notifier.stop(), poller.stop()]);
    },
  };
}
