import { Type } from 'typebox';
import { Health, RedisHealth, SystemHealth } from '@gridfleet/shared/schema';
import { userOf } from '../http/identity.js';
import { errorResponses } from '../http/openapi.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['platform'];
const Live = Type.Object({ status: Type.Literal('ok') });

/** What only somebody known may see: exchanges, budgets and queues. */
export function systemHealthRoutes(app: ApiInstance, { systemHealth }: Services): void {
  app.get(
    '/api/health',
    {
      schema: {
        tags,
        summary: 'Databases, queues, exchanges and clocks as each node sees them, and used limits',
        response: { 200: SystemHealth, ...errorResponses() },
      },
    },
    async (request) => systemHealth.read(userOf(request).id),
  );
}

/** Whether the platform is well, for whoever asks. */
export function healthRoutes(app: ApiInstance, { health }: Services): void {
  app.get(
    '/health',
    {
      schema: {
        tags,
        summary: 'Health of the API and what it stands on; 503 when degraded',
        response: { 200: Health, 503: Health },
      },
    },
    async (_request, reply) => {
      const body = await health.health();
      return reply.code(body.status === 'ok' ? 200 : 503).send(body);
    },
  );

  app.get(
    '/health/live',
    { schema: { tags, summary: 'The process answers', response: { 200: Live } } },
    () => ({ status: 'ok' as const }),
  );

  app.get(
    '/health/ready',
    {
      schema: {
        tags,
        summary: 'Requests can be served: MySQL and Redis answer',
        response: { 200: Health, 503: Health },
      },
    },
    async (_request, reply) => {
      const body = await health.health();
      return reply.code(body.status === 'ok' ? 200 : 503).send(body);
    },
  );

  app.get(
    '/health/redis',
    {
      schema: {
        tags,
        summary: 'Redis answers, and how fast',
        response: { 200: RedisHealth, 503: RedisHealth },
      },
    },
    async (_request, reply) => {
      const body = await health.redis();
      return reply.code(body.status === 'ok' ? 200 : 503).send(body);
    },
  );
}
