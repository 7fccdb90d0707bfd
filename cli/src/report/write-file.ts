import { writeFile } from 'node:fs/promises';
import { UserError } from '../user-error.js';

/** Writes a file the user asked for. @throws UserError when it cannot be written */
export async function writeUserFile(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new UserError(`${path} cannot be written: ${(cause as Error).message}`, { cause });
  }
}
