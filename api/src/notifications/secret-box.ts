import type { CredentialCipher, NotificationChannelRow } from '@gridfleet/shared/infra';
import { notificationBinding } from '@gridfleet/shared/infra';

type Sealed = Pick<NotificationChannelRow, 'keyId' | 'sealed' | 'secretNames'>;

/** A channel's secrets as they are stored, bound to the channel. */
export function sealSecrets(
  cipher: CredentialCipher,
  channelId: number,
  secrets: Record<string, string>,
): Sealed {
  const { keyId, sealed } = cipher.seal(JSON.stringify(secrets), notificationBinding(channelId));
  return { keyId, sealed, secretNames: Object.keys(secrets).sort().join(',') };
}

/** @throws Error when the key is not the one they were sealed with */
export function openSecrets(
  cipher: CredentialCipher,
  { id, keyId, sealed }: NotificationChannelRow,
): Record<string, string> {
  return JSON.parse(cipher.open({ keyId, sealed }, notificationBinding(id))) as Record<string, string>;
}

/** A text that may go into a log or an answer: no secret of the channel is in it. */
export function withoutSecrets(text: string, secrets: Record<string, string>): string {
  return Object.values(secrets)
    .filter((secret) => secret.length >= 4)
    .sort((a, b) => b.length - a.length)
    .reduce(
      (clean, secret) =>
        clean.replaceAll(secret, '[secret]').replaceAll(encodeURIComponent(secret), '[secret]'),
      text,
    );
}
