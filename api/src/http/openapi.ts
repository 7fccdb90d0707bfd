import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { ERROR_CODES, ErrorBody, type ErrorCode } from '@gridfleet/shared/schema';
import { addExamples } from './openapi-examples.js';
import { PAGE_POLICY } from './security-headers.js';
import type { RouteOptions } from 'fastify';
import type { ApiInstance } from './types.js';

const TAGS = {
  accounts: 'Credentials at an exchange, stored encrypted.',
  strategies: 'What should trade, and what it is doing.',
  trades: 'What happened: orders, fills, cycles and their totals.',
  backtests: 'Strategies on recorded candles, singly or swept over parameters.',
  risk: 'Limits, trading states, the kill switch, and money set aside.',
  access: 'People, roles, API tokens and the audit log.',
  journal: 'What reconciliation found and did, and orders it cannot explain.',
  notifications: 'Who is told of what, through which channel, and what became of each message.',
  platform: 'Worker nodes, live events and health.',
} as const;
export type Tag = keyof typeof TAGS;

/** The document is made from the schemas of the routes; the page shows it. */
export async function registerOpenApi(app: ApiInstance, version: string): Promise<void> {
  app.addHook('onRoute', declareBodyErrors);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Gridfleet',
        version,
        description:
          'Money is text with a decimal number, times are ISO-8601 in UTC. Errors have one shape, with a stable `code`. ' +
          'Commands take an `Idempotency-Key`: repeated within 24 hours under the same key they have no second effect.',
        license: { name: 'MIT' },
      },
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    },
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject;
      addExamples(document.openapiObject);
      return document.openapiObject;
    },
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: PAGE_POLICY,
    // Without this the page would show the document to a validator on the internet.
    uiConfig: { docExpansion: 'list', validatorUrl: null },
  });
}

/** What may be wrong with the body of any command, said once for all of them. */
function declareBodyErrors({ method, url, schema }: RouteOptions): void {
  if (schema === undefined || !url.startsWith('/api/') || method === 'GET' || method === 'HEAD') return;
  const declared = schema.response as Record<string, object> | undefined;
  const before = declared?.['400'] as { description?: string } | undefined;
  const codes = ['MALFORMED_JSON', ...(before?.description?.split(', ') ?? [])];
  schema.response = {
    ...declared,
    400: { ...ErrorBody, description: codes.join(', ') },
    413: { ...ErrorBody, description: 'PAYLOAD_TOO_LARGE' },
    415: { ...ErrorBody, description: 'UNSUPPORTED_MEDIA_TYPE' },
  };
}

/** What the check of a strategy's plan may answer. */
export const PLAN_ERRORS: readonly ErrorCode[] = [
  'VALIDATION_FAILED',
  'KIND_UNKNOWN',
  'MARKET_UNKNOWN',
  'CREDENTIALS_REFUSED',
  'NO_NODE_AVAILABLE',
  'VENUE_UNAVAILABLE',
];

/** Every route may answer with these. */
const ALWAYS: readonly ErrorCode[] = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'FORBIDDEN_ORIGIN',
  'TOO_MANY_REQUESTS',
  'DEPENDENCY_UNAVAILABLE',
  'INTERNAL',
];

/** Error answers of a route by status, each naming its codes. */
export function errorResponses(...codes: ErrorCode[]): Record<number, typeof ErrorBody> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of [...codes, ...ALWAYS]) {
    const { status } = ERROR_CODES[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [status, { ...ErrorBody, description: names.join(', ') }]),
  );
}
