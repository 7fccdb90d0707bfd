import {
  CandleFileError,
  joinCandles,
  parseCandleCsv,
  type Candles,
} from '@gridfleet/shared/domain/backtest';
import { UserError } from '../user-error.js';
import { readMarketFile } from './read-file.js';

function naming<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CandleFileError)) throw error;
    throw new UserError(`${path}: ${error.message}`, { cause: error });
  }
}

/** Candles of one market from CSV files, gzip or not, joined in order of time. @throws UserError naming file and row. */
export async function readCandles(paths: readonly string[], allowGaps: boolean): Promise<Candles> {
  const parts = await Promise.all(
    paths.map(async (path) => {
      const bytes = await readMarketFile(path);
      return { name: path, candles: naming(path, () => parseCandleCsv(bytes, { allowGaps })) };
    }),
  );
  const candles = naming(paths.join(', '), () => joinCandles(parts, allowGaps));
  if (candles.times.length < 2)
    throw new UserError(`${paths.join(', ')}: one candle is only the start; a backtest needs two or more`);
  return candles;
}
