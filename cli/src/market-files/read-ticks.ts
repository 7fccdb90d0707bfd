import type { Market } from '@gridfleet/shared/domain';
import { parseTicks, TickFileError, type TickEvent } from '@gridfleet/shared/domain/backtest';
import { UserError } from '../user-error.js';
import { readMarketFile } from './read-file.js';

/** Whether a file holds a recorded stream and not candles: its name says so. */
export function isTickFile(path: string): boolean {
  return /\.jsonl(?:\.gz)?$/i.test(path);
}

/** Quotes and trades of recordings of one market, in order of time. @throws UserError naming file and line */
export async function readTicks(paths: readonly string[], market: Market): Promise<TickEvent[]> {
  const parts: TickEvent[][] = [];
  for (const path of paths) {
    const bytes = await readMarketFile(path);
    try {
      parts.push(parseTicks(new TextDecoder().decode(bytes), market));
    } catch (error) {
      if (!(error instanceof TickFileError)) throw error;
      throw new UserError(`${path}: ${error.message}`, { cause: error });
    }
  }
  parts.sort((a, b) => (a[0]?.time ?? 0) - (b[0]?.time ?? 0));
  parts.reduce((earlier, later) => {
    if ((later[0]?.time ?? 0) < (earlier.at(-1)?.time ?? 0))
      throw new UserError('the recordings overlap: each moment may be in one of them only');
    return later;
  });
  return parts.flat();
}
