import type { Template, TemplateApply, TemplateCreate } from '@gridfleet/shared/schema';
import { command, get } from './client.js';
import type { List, Strategy } from './types.js';

export type { Template };

export const listTemplates = (signal?: AbortSignal) => get<List<Template>>('/api/templates', signal);

export const createTemplate = (body: TemplateCreate) => command<Template>('POST', '/api/templates', body);

export const deleteTemplate = (id: number) => command<null>('DELETE', `/api/templates/${id}`);

/** Makes a strategy of it, stopped. */
export const applyTemplate = (id: number, body: TemplateApply) =>
  command<Strategy>('POST', `/api/templates/${id}/apply`, body);
