import { createDecipheriv } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Opens a secret of the predecessor: base64 of nonce, ciphertext and tag, AES-256-GCM without associated data.
 * @param hexKey its encryption key, 32 bytes as hex
 * @throws when the key is another one or the text was changed
 */
export function openPredecessorSecret(sealed: string, hexKey: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(hexKey, 'hex'), nonce);
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  return Buffer.concat([
    decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)),
    decipher.final(),
  ]).toString();
}
