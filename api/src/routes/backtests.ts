import { Type } from 'typebox';
import {
  Backtest,
  BacktestCreate,
  CandleFile,
  IdParams,
  listOf,
  pageOf,
  PageQuery,
} from '@gridfleet/shared/schema';
import { userOf } from '../http/identity.js';
import { idempotent } from '../http/idempotency.js';
import { errorResponses } from '../http/openapi.js';
import { pageRequest } from '../http/paging.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['backtests'];
/** Largest upload as sent, bytes; usually compressed. */
const UPLOAD_LIMIT = 32 * 1024 * 1024;
const UploadQuery = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 100 }) },
  { additionalProperties: false },
);
const notFound = errorResponses('VALIDATION_FAILED', 'NOT_FOUND');

/** Backtests and the candles they run on. */
export function backtestRoutes(app: ApiInstance, services: Services): void {
  candleFileRoutes(app, services);
  const { backtests } = services;

  app.get(
    '/api/backtests',
    {
      schema: {
        tags,
        summary: 'Backtests and sweeps, newest first',
        querystring: PageQuery,
        response: { 200: pageOf(Backtest), ...errorResponses('VALIDATION_FAILED') },
      },
    },
    async (request) => backtests.list(userOf(request).id, pageRequest(request.query)),
  );

  app.post(
    '/api/backtests',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Test a strategy, or every combination of a sweep',
        body: BacktestCreate,
        response: {
          201: Backtest,
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', ...idempotent.errors),
        },
      },
    },
    async (request, reply) => reply.code(201).send(await backtests.create(userOf(request).id, request.body)),
  );

  app.get(
    '/api/backtests/:id',
    {
      schema: {
        tags,
        summary: 'State and progress of a backtest',
        params: IdParams,
        response: { 200: Backtest, ...notFound },
      },
    },
    async (request) => backtests.get(userOf(request).id, request.params.id),
  );

  app.get(
    '/api/backtests/:id/result',
    {
      schema: {
        tags,
        summary: 'All figures: fills and equity of a backtest, or the runs of a sweep',
        params: IdParams,
        response: {
          200: Type.Record(Type.String(), Type.Unknown()),
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', 'BACKTEST_NOT_DONE'),
        },
      },
    },
    async (request) => backtests.result(userOf(request).id, request.params.id),
  );

  app.post(
    '/api/backtests/:id/cancel',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Stop working on a backtest',
        params: IdParams,
        response: {
          200: Backtest,
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', 'BACKTEST_ENDED', ...idempotent.errors),
        },
      },
    },
    async (request) => backtests.cancel(userOf(request).id, request.params.id),
  );

  app.delete(
    '/api/backtests/:id',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Remove an ended backtest with its result',
        params: IdParams,
        response: {
          204: Type.Null(),
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', 'BACKTEST_RUNNING', ...idempotent.errors),
        },
      },
    },
    async (request, reply) => {
      await backtests.remove(userOf(request).id, request.params.id);
      return reply.code(204).send(null);
    },
  );
}

function candleFileRoutes(app: ApiInstance, { candleFiles }: Services): void {
  app.get(
    '/api/candle-files',
    {
      schema: {
        tags,
        summary: 'Uploaded candles, newest first',
        response: { 200: listOf(CandleFile), ...errorResponses() },
      },
    },
    async (request) => ({ items: await candleFiles.list(userOf(request).id) }),
  );

  void app.register((upload: ApiInstance, _options, done) => {
    upload.addContentTypeParser(
      ['text/csv', 'application/gzip', 'application/octet-stream'],
      { parseAs: 'buffer', bodyLimit: UPLOAD_LIMIT },
      (_request, body, parsed) => parsed(null, body),
    );
    upload.post(
      '/api/candle-files',
      {
        bodyLimit: UPLOAD_LIMIT,
        schema: {
          tags,
          summary: 'Upload candles: CSV with open_time_ms, open, high, low, close; plain or gzip',
          querystring: UploadQuery,
          consumes: ['text/csv', 'application/gzip'],
          response: { 201: CandleFile, ...errorResponses('VALIDATION_FAILED', 'PAYLOAD_TOO_LARGE') },
        },
      },
      async (request, reply) => {
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        return reply.code(201).send(await candleFiles.add(userOf(request).id, request.query.name, body));
      },
    );
    done();
  });

  app.delete(
    '/api/candle-files/:id',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Remove candles no backtest was made with',
        params: IdParams,
        response: {
          204: Type.Null(),
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', 'CANDLE_FILE_IN_USE', ...idempotent.errors),
        },
      },
    },
    async (request, reply) => {
      await candleFiles.remove(userOf(request).id, request.params.id);
      return reply.code(204).send(null);
    },
  );
}
