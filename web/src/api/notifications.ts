import type {
  ChannelKind,
  NotificationCatalogue,
  NotificationChannel,
  NotificationChannelCreate,
  NotificationChannelUpdate,
  NotificationDelivery,
  NotificationTestResult,
} from '@gridfleet/shared/schema';
import { command, get } from './client.js';
import type { List, Page } from './types.js';

export type {
  ChannelKind,
  NotificationCatalogue,
  NotificationChannel,
  NotificationChannelCreate,
  NotificationChannelUpdate,
  NotificationDelivery,
};

const path = (id: number, rest = ''): string => `/api/notifications/${id}${rest}`;

export const getNotificationCatalogue = (signal?: AbortSignal) =>
  get<NotificationCatalogue>('/api/notifications/events', signal);

export const listChannels = (signal?: AbortSignal) =>
  get<List<NotificationChannel>>('/api/notifications', signal);

export const createChannel = (body: NotificationChannelCreate) =>
  command<NotificationChannel>('POST', '/api/notifications', body);

export const updateChannel = (id: number, body: NotificationChannelUpdate) =>
  command<NotificationChannel>('PUT', path(id), body);

export const deleteChannel = (id: number) => command<null>('DELETE', path(id));

export const testChannel = (id: number) => command<NotificationTestResult>('POST', path(id, '/test'));

export const listDeliveries = (id: number, cursor?: string, signal?: AbortSignal) =>
  get<Page<NotificationDelivery>>(path(id, '/deliveries'), signal, {
    limit: 50,
    ...(cursor === undefined ? {} : { cursor }),
  });
