import { readSettings, type CredentialCipher, type NotificationChannelRow } from '@gridfleet/shared/infra';
import type { DataSource } from 'typeorm';
import type { SendContext, SendResult } from './channels/channel-kind.js';
import { CHANNELS } from './channels/index.js';
import type { Payload } from './payload.js';
import { openSecrets, withoutSecrets } from './secret-box.js';
import { render, type Reader } from './text/render.js';

/** In whose language and time a channel's messages are written. */
export async function readerOf(dataSource: DataSource, row: NotificationChannelRow): Promise<Reader> {
  const { timeZone } = await readSettings(dataSource.manager, row.userId);
  return { language: row.language, timeZone };
}

/** Sends one message to one channel, once. */
export class ChannelSender {
  readonly #dataSource: DataSource;
  readonly #cipher: CredentialCipher;
  readonly #context: SendContext;

  constructor(dataSource: DataSource, cipher: CredentialCipher, context: SendContext) {
    this.#dataSource = dataSource;
    this.#cipher = cipher;
    this.#context = context;
  }

  /** Never throws for what the receiver does; @throws Error when MySQL does not answer */
  async send(row: NotificationChannelRow, payload: Payload, deliveryId: string): Promise<SendResult> {
    const reader = await readerOf(this.#dataSource, row);
    let secrets: Record<string, string>;
    try {
      secrets = openSecrets(this.#cipher, row);
    } catch {
      return {
        ok: false,
        permanent: true,
        reason: 'The secrets cannot be opened with ENCRYPTION_KEY: give them again.',
      };
    }
    const result = await this.#attempt(
      {
        deliveryId,
        event: payload.event,
        message: render(payload, reader),
        data: payload,
        settings: JSON.parse(row.settings) as Record<string, unknown>,
        secrets,
        now: Date.now(),
      },
      row,
    );
    return result.ok ? result : { ...result, reason: withoutSecrets(result.reason, secrets) };
  }

  async #attempt(
    outgoing: Parameters<(typeof CHANNELS)['webhook']['send']>[0],
    { kind }: NotificationChannelRow,
  ): Promise<SendResult> {
    try {
      return await CHANNELS[kind].send(outgoing, this.#context);
    } catch (error) {
      // A defect of ours or a broken setting: recorded with the delivery, and tried again like any other failure.
      return { ok: false, permanent: false, reason: error instanceof Error ? error.message : String(error) };
    }
  }
}
