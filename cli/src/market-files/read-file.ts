import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { UserError } from '../user-error.js';

/** A file's bytes, unpacked when it is gzip. @throws UserError when it cannot be read or unpacked. */
export async function readMarketFile(path: string): Promise<Uint8Array> {
  let raw: Buffer;
  try {
    raw = await readFile(path);
  } catch (cause) {
    throw new UserError(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
  if (raw[0] !== 0x1f || raw[1] !== 0x8b) return raw;
  try {
    return gunzipSync(raw);
  } catch (cause) {
    throw new UserError(`${path} is not a whole gzip file: ${(cause as Error).message}`, { cause });
  }
}
