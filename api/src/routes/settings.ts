import { Settings, SettingsUpdate } from '@gridfleet/shared/schema';
import { readSettings, writeSettings } from '@gridfleet/shared/infra';
import { userOf } from '../http/identity.js';
import { idempotent } from '../http/idempotency.js';
import { errorResponses } from '../http/openapi.js';
import type { ApiInstance } from '../http/types.js';
import type { ApiDeps } from '../deps.js';
import { checkTimeZone } from '../trades/trade-scope.js';

const tags = ['platform'];

/** What a user has set for themselves. */
export function settingsRoutes(app: ApiInstance, { dataSource }: Pick<ApiDeps, 'dataSource'>): void {
  app.get(
    '/api/settings',
    { schema: { tags, summary: 'Time zone and language', response: { 200: Settings, ...errorResponses() } } },
    async (request) => readSettings(dataSource.manager, userOf(request).id),
  );

  app.put(
    '/api/settings',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Change time zone or language',
        body: SettingsUpdate,
        response: { 200: Settings, ...errorResponses('VALIDATION_FAILED', ...idempotent.errors) },
      },
    },
    async (request) => {
      const { timeZone } = request.body;
      if (timeZone !== undefined) checkTimeZone(timeZone, 'body.timeZone');
      await writeSettings(dataSource.manager, userOf(request).id, request.body);
      return readSettings(dataSource.manager, userOf(request).id);
    },
  );
}
