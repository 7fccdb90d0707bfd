import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { randomUUID } from 'node:crypto';
import { fastify, LogController, type FastifyBaseLogger } from 'fastify';
import { IdempotencyRepository, LogLevelWatch, Retention, rollUpTrades } from '@gridfleet/shared/infra';
import cors from '@fastify/cors';
import type { ApiDeps } from './deps.js';
import { checkAccess, requireAccessEntries } from './http/access.js';
import { registerAudit } from './http/audit.js';
import { answerError, registerErrors } from './http/errors.js';
import { registerIdempotency } from './http/idempotency.js';
import { registerBodies } from './http/bodies.js';
import { registerOpenApi } from './http/openapi.js';
import { checkSameOrigin } from './http/same-origin.js';
import { registerRateLimit } from './http/rate-limit.js';
import { registerSecurityHeaders } from './http/security-headers.js';
import { registerStaticUi } from './http/static-ui.js';
import type { ApiInstance } from './http/types.js';
import { compileSerializer } from './http/serializer.js';
import { compileValidator } from './http/validation.js';
import { registerMetrics } from './metrics/register-metrics.js';
import { accountToolRoutes } from './routes/account-tools.js';
import { accountRoutes } from './routes/accounts.js';
import { auditRoutes } from './routes/audit.js';
import { capitalRoutes } from './routes/capital.js';
import { riskRoutes } from './routes/risk.js';
import { userRoutes } from './routes/users.js';
import { backtestRoutes } from './routes/backtests.js';
import { equityRoutes } from './routes/equity.js';
import { eventRoutes } from './routes/events.js';
import { exportRoutes } from './routes/exports.js';
import { healthRoutes, systemHealthRoutes } from './routes/health.js';
import { holdingRoutes } from './routes/holdings.js';
import { journalRoutes } from './routes/journal.js';
import { manualOrderRoutes } from './routes/manual-orders.js';
import { logLevelRoutes } from './routes/log-level.js';
import { orderRoutes } from './routes/orders.js';
import { platformRoutes } from './routes/platform.js';
import { settingsRoutes } from './routes/settings.js';
import { strategyBatchRoutes } from './routes/strategy-batch.js';
import { strategyCopyRoutes } from './routes/strategy-copies.js';
import { strategyHistoryRoutes } from './routes/strategy-history.js';
import { strategyPauseRoutes } from './routes/strategy-pause.js';
import { strategyTemplateRoutes } from './routes/strategy-templates.js';
import { strategyRoutes } from './routes/strategies.js';
import { tradeRoutes } from './routes/trades.js';
import { workerRoutes } from './routes/workers.js';
import { notificationRoutes } from './routes/notifications.js';
import { createServices, type Services } from './services.js';

/** Largest body, bytes: a strategy with all its params is a few kilobytes. */
const BODY_LIMIT = 256 * 1024;
const SWEEP_EVERY_MS = 5 * 60 * 1000;

/** The application, ready to listen or to be injected into. It closes nothing that it was given. */
export async function buildApp(
  deps: ApiDeps,
  services: Services = createServices(deps),
): Promise<ApiInstance> {
  const { config, version } = deps;
  // Typed as Fastify's own logger: the application's type shall not depend on pino's.
  const logger: FastifyBaseLogger = deps.logger;
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMIT,
    frameworkErrors: answerError,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 100 },
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.setValidatorCompiler(({ schema, httpPart }) => compileValidator(schema as object, httpPart));
  app.setSerializerCompiler(({ schema }) => compileSerializer(schema));
  app.decorateRequest('user', null);
  app.decorateRequest('requester', null);
  requireAccessEntries(app);
  registerBodies(app);
  registerSecurityHeaders(app);
  app.addHook('onRequest', (request, _reply, done) => {
    checkSameOrigin(request, { behindGateway: config.proxySecret !== null, corsOrigins: config.corsOrigins });
    done();
  });
  if (config.corsOrigins.length > 0) {
    await app.register(cors, { origin: config.corsOrigins, credentials: true, maxAge: 600 });
  }
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request;
    const details = {
      method,
      route: routeOptions.url,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    request.log.debug(details, 'request');
    done();
  });
  const servePage = await registerStaticUi(app, config.webDist);
  registerErrors(app, servePage);
  await registerOpenApi(app, version);
  healthRoutes(app, services);
  registerMetrics(app, deps);
  await app.register((api: ApiInstance) => registerApi(api, deps, services));
  registerHousekeeping(app, deps, services);
  app.addHook('preClose', () => services.events.close());
  return app;
}

/** Everything below /api: an identity and living servers come first. */
async function registerApi(
  api: ApiInstance,
  { config, dataSource, redis }: ApiDeps,
  services: Services,
): Promise<void> {
  const { identity } = services;
  api.addHook('onRequest', async (request) => {
    // Strangers are refused before anything is looked up for them.
    if (identity.tokenOf(request) === null) identity.emailOf(request);
    await services.gate.check();
    const { requester, user } = await identity.identify(request);
    request.requester = requester;
    request.user = user;
    checkAccess(request, requester);
  });
  await registerRateLimit(api, redis, config.apiRateLimit);
  registerIdempotency(api, dataSource, config.encryptionKey);
  registerAudit(api, dataSource);
  accountRoutes(api, services);
  accountToolRoutes(api, services);
  strategyRoutes(api, services);
  strategyHistoryRoutes(api, services);
  strategyBatchRoutes(api, services);
  strategyCopyRoutes(api, services);
  strategyTemplateRoutes(api, services);
  strategyPauseRoutes(api, services);
  tradeRoutes(api, services);
  orderRoutes(api, services);
  manualOrderRoutes(api, services);
  equityRoutes(api, services);
  exportRoutes(api, services);
  holdingRoutes(api, services);
  settingsRoutes(api, { dataSource });
  journalRoutes(api, services, { dataSource });
  backtestRoutes(api, services);
  systemHealthRoutes(api, services);
  workerRoutes(api, services);
  riskRoutes(api, services);
  capitalRoutes(api, services);
  userRoutes(api, services);
  auditRoutes(api, services);
  platformRoutes(api);
  logLevelRoutes(api, { dataSource });
  notificationRoutes(api, services);
  await eventRoutes(api, services);
}

/** Now and then: adds up what was traded, removes what has expired, and follows the log level wanted of all processes. */
function registerHousekeeping(
  app: ApiInstance,
  { config, dataSource, logger }: ApiDeps,
  services: Services,
): void {
  const levels = new LogLevelWatch(dataSource, logger, config.logLevel);
  const retention = new Retention(dataSource, config);
  const sweep = async (): Promise<void> => {
    const now = new Date();
    try {
      await new IdempotencyRepository(dataSource.manager).sweep(now);
      await rollUpTrades(dataSource, now);
      const accounts = await services.accounts.sweep(now);
      if (accounts > 0) logger.info({ accounts }, 'removed accounts whose verification never ended');
      const removed = await retention.run();
      if (Object.values(removed).some((rows) => rows > 0)) logger.info({ removed }, 'removed what is old');
    } catch (err) {
      logger.warn({ err }, 'housekeeping failed; tried again later');
    }
  };
  app.addHook('onReady', sweep);
  app.addHook('onReady', () => levels.start());
  const timer = setInterval(() => void sweep(), SWEEP_EVERY_MS);
  timer.unref();
  app.addHook('onClose', (_instance, done) => {
    clearInterval(timer);
    levels.stop();
    done();
  });
}
