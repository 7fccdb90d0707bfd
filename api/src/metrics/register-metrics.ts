import { Type } from 'typebox';
import { Metrics } from '@gridfleet/shared/infra';
import type { ApiDeps } from '../deps.js';
import type { ApiInstance } from '../http/types.js';
import { PlatformGauges } from './platform-gauges.js';

/** Counts requests and serves `/metrics`. Nothing in it is about a person, an account or a sum of money. */
export function registerMetrics(
  app: ApiInstance,
  { config, dataSource, redis, logger, version }: ApiDeps,
): void {
  const metrics = new Metrics('api', { version, name: config.workerName });
  const gauges = new PlatformGauges({ dataSource, redis, metrics, logger });
  metrics.onCollect(() => gauges.collect());
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request;
    const status = `${Math.floor(reply.statusCode / 100)}xx`;
    // Addresses nobody serves would make a series each.
    const route = routeOptions.url ?? 'none';
    metrics.observe('gridfleet_http_request_seconds', { method, route, status }, reply.elapsedTime / 1_000);
    done();
  });
  app.get(
    '/metrics',
    {
      schema: {
        tags: ['platform'],
        summary: "Metrics in Prometheus' text format",
        produces: ['text/plain'],
        response: { 200: Type.String() },
      },
    },
    async (_request, reply) => {
      const text = await metrics.text();
      return reply.type(metrics.contentType).send(text);
    },
  );
}
