import { checkWebhookTarget, resolvePublicHost, WebhookTargetError } from '@gridfleet/shared/infra';
import { GridfleetError, type ChannelKind } from '@gridfleet/shared/schema';
import { checkPart } from '../http/validation.js';
import { CHANNELS } from './channels/index.js';

export interface Wiring {
  settings: Record<string, unknown>;
  secrets: Record<string, string>;
}

export function invalid(field: string, code: string, message: string): GridfleetError {
  return new GridfleetError('VALIDATION_FAILED', `The request is not valid: ${field}.`, [
    { field, code, message },
  ]);
}

/**
 * Settings and secrets that fit the kind's schemas, with defaults, and lead where messages may go.
 * @throws GridfleetError VALIDATION_FAILED with the field
 */
export async function checkWiring(
  kind: ChannelKind,
  settings: unknown,
  secrets: unknown,
  allowPrivate: boolean,
): Promise<Wiring> {
  const type = CHANNELS[kind];
  const checked = {
    settings: checkPart(type.settings, settings, 'body.settings') as Record<string, unknown>,
    secrets: checkPart(type.secrets, secrets, 'body.secrets') as Record<string, string>,
  };
  for (const target of type.targets(checked.settings, checked.secrets)) {
    try {
      if ('url' in target) await checkWebhookTarget(target.url, { allowPrivate });
      else await resolvePublicHost(target.host, { allowPrivate });
    } catch (error) {
      if (!(error instanceof WebhookTargetError)) throw error;
      throw invalid(`body.${target.in}.${target.field}`, 'TARGET_NOT_ALLOWED', error.message);
    }
  }
  return checked;
}
