import type { DataSource } from 'typeorm';
import { readLogLevel, writeLogLevel } from '@gridfleet/shared/infra';
import { LogLevelSetting } from '@gridfleet/shared/schema';
import { errorResponses } from '../http/openapi.js';
import { idempotent } from '../http/idempotency.js';
import type { ApiInstance } from '../http/types.js';

const tags = ['platform'];

/** Reaches every API process and node within seconds: they look for it in MySQL. */
export function logLevelRoutes(app: ApiInstance, { dataSource }: { dataSource: DataSource }): void {
  app.get(
    '/api/log-level',
    {
      schema: {
        tags,
        summary: 'The log level set for all processes; null while each follows its LOG_LEVEL',
        response: { 200: LogLevelSetting, ...errorResponses() },
      },
    },
    async () => ({ level: (await readLogLevel(dataSource)) as LogLevelSetting['level'] }),
  );

  app.put(
    '/api/log-level',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary:
          'Set the log level of all processes, those that start later too; null gives it back to LOG_LEVEL',
        body: LogLevelSetting,
        response: { 200: LogLevelSetting, ...errorResponses('VALIDATION_FAILED', ...idempotent.errors) },
      },
    },
    async ({ body }) => {
      await writeLogLevel(dataSource, body.level);
      return body;
    },
  );
}
