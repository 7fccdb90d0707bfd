import type { DataSource } from 'typeorm';
import {
  NotificationChannelRepository,
  NotificationDeliveryRepository,
  readSettings,
  type CredentialCipher,
  type NotificationChannelRow,
  type PageOf,
  type PageRequest,
} from '@gridfleet/shared/infra';
import {
  GridfleetError,
  NOTIFICATION_EVENT_NAMES,
  NOTIFICATION_EVENTS,
  type ChannelKind,
  type NotificationCatalogue,
  type NotificationChannel,
  type NotificationChannelCreate,
  type NotificationChannelUpdate,
  type NotificationDelivery,
  type NotificationTestResult,
} from '@gridfleet/shared/schema';
import type { Requester } from '../http/identity.js';
import { channelDto, deliveryDto } from './channel-dto.js';
import { readerOf, type ChannelSender } from './channel-sender.js';
import { checkWiring, invalid } from './channel-wiring.js';
import { CHANNELS } from './channels/index.js';
import { emptyPayload } from './payload.js';
import { openSecrets, sealSecrets } from './secret-box.js';

/** More than anybody needs; each one costs a request per event. */
const MOST_CHANNELS = 50;

export interface ChannelServiceDeps {
  dataSource: DataSource;
  cipher: CredentialCipher;
  sender: ChannelSender;
  allowPrivate: boolean;
}

/** Channels of a user: set up, changed, tried out. Their secrets go in and never come out. */
export class NotificationChannels {
  readonly #deps: ChannelServiceDeps;

  constructor(deps: ChannelServiceDeps) {
    this.#deps = deps;
  }

  catalogue(): NotificationCatalogue {
    return {
      events: NOTIFICATION_EVENT_NAMES.map((event) => ({ event, severity: NOTIFICATION_EVENTS[event] })),
      channels: Object.entries(CHANNELS).map(([kind, { title, settings, secrets }]) => ({
        kind: kind as ChannelKind,
        title,
        settings,
        secrets,
      })),
    };
  }

  async list(userId: number): Promise<NotificationChannel[]> {
    return (await this.#channels.list(userId)).map(channelDto);
  }

  /** @throws GridfleetError NOT_FOUND */
  async get(userId: number, id: number): Promise<NotificationChannel> {
    return channelDto(await this.#row(userId, id));
  }

  /** @throws GridfleetError VALIDATION_FAILED */
  async create(
    requester: Requester,
    userId: number,
    body: NotificationChannelCreate,
  ): Promise<NotificationChannel> {
    const { dataSource, cipher, allowPrivate } = this.#deps;
    if ((await this.#channels.list(userId)).length >= MOST_CHANNELS)
      throw invalid('body', 'TOO_MANY', `There may be ${MOST_CHANNELS} channels: remove one first.`);
    const { settings, secrets } = await checkWiring(
      body.kind,
      body.settings ?? {},
      body.secrets,
      allowPrivate,
    );
    const user = await readSettings(dataSource.manager, userId);
    const now = new Date();
    const id = await dataSource.transaction(async (tx) => {
      const channels = new NotificationChannelRepository(tx);
      const inserted = await channels.insert({
        userId,
        createdBy: requester.id,
        kind: body.kind,
        name: body.name.trim(),
        settings: JSON.stringify(settings),
        keyId: cipher.keyId,
        sealed: '',
        secretNames: '',
        events: body.events == null ? null : JSON.stringify(body.events),
        minSeverity: body.minSeverity ?? 'info',
        language: body.language ?? user.language,
        throttleSeconds: body.throttleSeconds ?? 30,
        reportHour: body.reportHour ?? 8,
        isActive: body.isActive ?? true,
        createdAt: now,
        updatedAt: now,
      });
      // The secrets are bound to the id, which is known only now.
      await channels.update(inserted, sealSecrets(cipher, inserted, secrets));
      return inserted;
    });
    return this.get(userId, id);
  }

  /** Whoever changes secrets or settings answers for the channel's commands from then on. @throws as `create`, NOT_FOUND */
  async update(
    requester: Requester,
    userId: number,
    id: number,
    body: NotificationChannelUpdate,
  ): Promise<NotificationChannel> {
    const row = await this.#row(userId, id);
    const isRewired = body.settings !== undefined || body.secrets !== undefined;
    const wiring = isRewired ? await this.#rewired(requester, row, body) : {};
    const change: Partial<NotificationChannelRow> = {
      ...(body.name === undefined ? {} : { name: body.name.trim() }),
      ...(body.events === undefined
        ? {}
        : { events: body.events === null ? null : JSON.stringify(body.events) }),
      ...(body.minSeverity === undefined ? {} : { minSeverity: body.minSeverity }),
      ...(body.language === undefined ? {} : { language: body.language }),
      ...(body.throttleSeconds === undefined ? {} : { throttleSeconds: body.throttleSeconds }),
      ...(body.reportHour === undefined ? {} : { reportHour: body.reportHour }),
      ...(body.isActive === undefined ? {} : { isActive: body.isActive }),
      ...wiring,
    };
    await this.#deps.dataSource.transaction(async (tx) => {
      const channels = new NotificationChannelRepository(tx);
      const now = await channels.lock(userId, id);
      if (now === null) throw notFound(id);
      // Sealed anew or changed meanwhile: the secrets that were read are not the present ones.
      if (isRewired && (now.sealed !== row.sealed || now.keyId !== row.keyId))
        throw new GridfleetError('EDIT_CONFLICT', `Channel ${id} was changed meanwhile`);
      await channels.update(id, change);
    });
    return this.get(userId, id);
  }

  /** @throws GridfleetError NOT_FOUND */
  async delete(userId: number, id: number): Promise<void> {
    if (!(await this.#channels.delete(userId, id))) throw notFound(id);
  }

  /** Sends a test message at once; its outcome is in the delivery log, too. @throws GridfleetError NOT_FOUND */
  async test(userId: number, id: number): Promise<NotificationTestResult> {
    const row = await this.#row(userId, id);
    const now = new Date();
    const payload = emptyPayload('test', now.toISOString());
    const key = `test:${now.getTime()}`;
    const result = await this.#deps.sender.send(row, payload, `${id}-${key}`);
    const error = result.ok ? null : result.reason;
    await new NotificationDeliveryRepository(this.#deps.dataSource).record(
      { channelId: id, eventKey: key, event: 'test', severity: 'info', payload: JSON.stringify(payload) },
      error,
    );
    return { ok: result.ok, error };
  }

  /** Newest first. @throws GridfleetError NOT_FOUND */
  async deliveries(userId: number, id: number, page: PageRequest): Promise<PageOf<NotificationDelivery>> {
    const { dataSource } = this.#deps;
    const row = await this.#row(userId, id);
    const [{ items, nextCursor }, reader] = await Promise.all([
      new NotificationDeliveryRepository(dataSource).list(id, page),
      readerOf(dataSource, row),
    ]);
    return { items: items.map((delivery) => deliveryDto(delivery, reader)), nextCursor };
  }

  get #channels(): NotificationChannelRepository {
    return new NotificationChannelRepository(this.#deps.dataSource.manager);
  }

  async #row(userId: number, id: number): Promise<NotificationChannelRow> {
    const row = await this.#channels.find(userId, id);
    if (row === null) throw notFound(id);
    return row;
  }

  async #rewired(
    requester: Requester,
    row: NotificationChannelRow,
    body: NotificationChannelUpdate,
  ): Promise<Partial<NotificationChannelRow>> {
    const { cipher, allowPrivate } = this.#deps;
    const merged: Record<string, unknown> = { ...this.#opened(row, body), ...body.secrets };
    const given = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
    const before = JSON.parse(row.settings) as Record<string, unknown>;
    const { settings, secrets } = await checkWiring(row.kind, body.settings ?? before, given, allowPrivate);
    return {
      settings: JSON.stringify(settings),
      createdBy: requester.id,
      ...sealSecrets(cipher, row.id, secrets),
    };
  }

  /** The present secrets; none when they cannot be opened any more, so that new ones can be given. */
  #opened(row: NotificationChannelRow, body: NotificationChannelUpdate): Record<string, string> {
    try {
      return openSecrets(this.#deps.cipher, row);
    } catch (cause) {
      if (body.secrets !== undefined) return {};
      throw new GridfleetError(
        'VALIDATION_FAILED',
        'The secrets of this channel cannot be opened any more',
        [{ field: 'body.secrets', code: 'UNREADABLE', message: 'Give the secrets again.' }],
        { cause },
      );
    }
  }
}

function notFound(id: number): GridfleetError {
  return new GridfleetError('NOT_FOUND', `There is no notification channel ${id}`);
}
