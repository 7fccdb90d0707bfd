import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CredentialCipher, credentialBinding, credentialFingerprint } from './credential-cipher.js';

const KEY = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
const cipher = new CredentialCipher(KEY);
const binding = credentialBinding(7, 'apiSecret');

describe('credential cipher', () => {
  it('gives back what it sealed, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('ключ', '🔑', '\u0000')), (secret) => {
        expect(cipher.open(cipher.seal(secret, binding), binding)).toBe(secret);
      }),
    );
  });

  it('seals the same secret differently each time, and shows nothing of it', () => {
    const [a, b] = [cipher.seal('the-secret', binding), cipher.seal('the-secret', binding)];
    expect(a.sealed).not.toBe(b.sealed);
    expect(Buffer.from(a.sealed, 'base64').toString('latin1')).not.toContain('the-secret');
  });

  it('refuses a record in which any single byte was changed', () => {
    const { keyId, sealed } = cipher.seal('secret', binding);
    const bytes = Buffer.from(sealed, 'base64');
    for (let at = 0; at < bytes.length; at += 1) {
      const tampered = Buffer.from(bytes);
      tampered.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      expect(() => cipher.open({ keyId, sealed: tampered.toString('base64') }, binding)).toThrow();
    }
  });

  it('refuses a record cut short, also within the tag', () => {
    const { keyId, sealed } = cipher.seal('secret', binding);
    const bytes = Buffer.from(sealed, 'base64');
    for (let length = 0; length < bytes.length; length += 1) {
      const cut = bytes.subarray(0, length).toString('base64');
      expect(() => cipher.open({ keyId, sealed: cut }, binding)).toThrow();
    }
  });

  it('refuses a record moved to another account or another field', () => {
    const record = cipher.seal('secret', binding);
    expect(() => cipher.open(record, credentialBinding(8, 'apiSecret'))).toThrow();
    expect(() => cipher.open(record, credentialBinding(7, 'apiKey'))).toThrow();
  });

  it('names both keys when the record needs another one', () => {
    const other = new CredentialCipher(KEY.replace(/^0/, '1'));
    expect(() => other.open(cipher.seal('secret', binding), binding)).toThrow(
      `credential sealed with key ${cipher.keyId}, but ENCRYPTION_KEY is ${other.keyId}`,
    );
    expect(() => other.open({ ...cipher.seal('secret', binding), keyId: other.keyId }, binding)).toThrow();
  });

  it.each(['', 'abcd', `${KEY}00`, 'zz'.repeat(32)])('takes only 32 bytes of hex as key, not %j', (key) => {
    expect(() => new CredentialCipher(key)).toThrow(RangeError);
  });
});

describe('credential fingerprint', () => {
  it('is the same for the same key at the same place only, and does not contain it', () => {
    const print = credentialFingerprint('binance', 'live', 'my-key');
    expect(print).toBe(credentialFingerprint('binance', 'live', 'my-key'));
    expect(print).toMatch(/^[0-9a-f]{64}$/);
    expect(credentialFingerprint('binance', 'testnet', 'my-key')).not.toBe(print);
    expect(credentialFingerprint('binance', 'live', 'my-kez')).not.toBe(print);
  });
});
