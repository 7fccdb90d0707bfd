import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A secret as it is stored: AES-256-GCM, the nonce and tag with it, and which key it needs. */
export interface SealedSecret {
  keyId: string;
  /** base64 of nonce ‖ tag ‖ ciphertext. */
  sealed: string;
}

function keyOf(hexKey: string): { id: string; key: Buffer } {
  const key = Buffer.from(hexKey, 'hex');
  if (key.length !== 32) throw new RangeError('the encryption key must be 32 bytes of hex');
  return { id: createHash('sha256').update(key).digest('hex').slice(0, 8), key };
}

/**
 * Encrypts exchange credentials at rest. Each record has its own nonce and is bound to its account and field. Old keys
 * open what they have sealed until it is sealed anew.
 */
export class CredentialCipher {
  readonly keyId: string;
  readonly #key: Buffer;
  readonly #keys: ReadonlyMap<string, Buffer>;

  /**
   * @param hexKey 32 bytes as hex, seals
   * @param oldHexKeys open only
   * @throws RangeError for another length
   */
  constructor(hexKey: string, oldHexKeys: readonly string[] = []) {
    const { id, key } = keyOf(hexKey);
    this.keyId = id;
    this.#key = key;
    this.#keys = new Map([...oldHexKeys, hexKey].map(keyOf).map((each) => [each.id, each.key]));
  }

  seal(secret: string, boundTo: string): SealedSecret {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(boundTo));
    const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return {
      keyId: this.keyId,
      sealed: Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64'),
    };
  }

  /** @throws Error when the key, the binding or the record is not the one it was sealed with. */
  open(secret: SealedSecret, boundTo: string): string {
    const key = this.#keys.get(secret.keyId);
    if (key === undefined) {
      throw new Error(`credential sealed with key ${secret.keyId}, but ENCRYPTION_KEY is ${this.keyId}`);
    }
    const bytes = Buffer.from(secret.sealed, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(Buffer.from(boundTo))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([
      decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)),
      decipher.final(),
    ]).toString('utf8');
  }
}

/** Names a set of keys without showing them: hex SHA-256 over venue, environment and key. */
export function credentialFingerprint(venue: string, environment: string, key: string): string {
  return createHash('sha256').update(`${venue}\n${environment}\n${key}`).digest('hex');
}

/** What a credential is bound to (AES-GCM associated data). */
export function credentialBinding(accountId: number, field: string): string {
  return `account:${accountId}:${field}`;
}

/** What the secrets of a notification channel are bound to. */
export function notificationBinding(channelId: number): string {
  return `notification:${channelId}`;
}
