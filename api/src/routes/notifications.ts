import { Type } from 'typebox';
import {
  IdParams,
  listOf,
  NotificationCatalogue,
  NotificationChannel,
  NotificationChannelCreate,
  NotificationChannelUpdate,
  NotificationDeliveries,
  NotificationTestResult,
  PageQuery,
} from '@gridfleet/shared/schema';
import { requesterOf, userOf } from '../http/identity.js';
import { idempotent } from '../http/idempotency.js';
import { errorResponses } from '../http/openapi.js';
import { pageRequest } from '../http/paging.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['notifications'];

/** Channels people are told through, and what became of each message. */
export function notificationRoutes(app: ApiInstance, { notificationChannels: channels }: Services): void {
  app.get(
    '/api/notifications/events',
    {
      schema: {
        tags,
        summary: 'Events that can be told, and what each kind of channel needs',
        response: { 200: NotificationCatalogue, ...errorResponses() },
      },
    },
    () => channels.catalogue(),
  );

  app.get(
    '/api/notifications',
    {
      schema: {
        tags,
        summary: 'Notification channels, newest first; without their secrets',
        response: { 200: listOf(NotificationChannel), ...errorResponses() },
      },
    },
    async (request) => ({ items: await channels.list(userOf(request).id) }),
  );

  app.post(
    '/api/notifications',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Add a notification channel',
        body: NotificationChannelCreate,
        response: { 201: NotificationChannel, ...errorResponses('VALIDATION_FAILED', ...idempotent.errors) },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await channels.create(requesterOf(request), userOf(request).id, request.body)),
  );

  app.get(
    '/api/notifications/:id',
    {
      schema: {
        tags,
        summary: 'One notification channel',
        params: IdParams,
        response: { 200: NotificationChannel, ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND') },
      },
    },
    async (request) => channels.get(userOf(request).id, request.params.id),
  );

  app.put(
    '/api/notifications/:id',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Change a notification channel; secrets that are not named stay',
        params: IdParams,
        body: NotificationChannelUpdate,
        response: {
          200: NotificationChannel,
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', 'EDIT_CONFLICT', ...idempotent.errors),
        },
      },
    },
    async (request) =>
      channels.update(requesterOf(request), userOf(request).id, request.params.id, request.body),
  );

  app.delete(
    '/api/notifications/:id',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Remove a notification channel and its delivery log',
        params: IdParams,
        response: {
          204: Type.Null({ description: 'Removed.' }),
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', ...idempotent.errors),
        },
      },
    },
    async (request, reply) => {
      await channels.delete(userOf(request).id, request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/notifications/:id/test',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Send a test message now, and say whether it arrived',
        params: IdParams,
        response: {
          200: NotificationTestResult,
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', ...idempotent.errors),
        },
      },
    },
    async (request) => channels.test(userOf(request).id, request.params.id),
  );

  app.get(
    '/api/notifications/:id/deliveries',
    {
      schema: {
        tags,
        summary: 'What became of each message to a channel, newest first',
        params: IdParams,
        querystring: PageQuery,
        response: { 200: NotificationDeliveries, ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND') },
      },
    },
    async (request) => channels.deliveries(userOf(request).id, request.params.id, pageRequest(request.query)),
  );
}
