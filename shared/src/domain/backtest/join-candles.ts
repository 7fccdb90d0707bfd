import { CandleFileError, checkGaps } from './candle-csv.js';
import { at, type Candles } from './candles.js';

/** One file's candles and its name for messages. */
export interface NamedCandles {
  name: string;
  candles: Candles;
}

function scaled(column: Float64Array, factor: number): Float64Array {
  return factor === 1 ? column : column.map((value) => value * factor);
}

function concatenated(columns: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(columns.reduce((total, column) => total + column.length, 0));
  let offset = 0;
  for (const column of columns) {
    joined.set(column, offset);
    offset += column.length;
  }
  return joined;
}

/**
 * Candles of one market from several files, in order of time whatever the order they are named in.
 * @throws CandleFileError when two files overlap, or a bar is missing between them and gaps are not allowed
 */
export function joinCandles(parts: readonly NamedCandles[], allowGaps = false): Candles {
  const sorted = [...parts].sort((a, b) => at(a.candles.times, 0) - at(b.candles.times, 0));
  const [first] = sorted;
  if (first === undefined) throw new CandleFileError('no candles were given');
  if (sorted.length === 1) return first.candles;
  sorted.reduce((earlier, later) => {
    const { times } = earlier.candles;
    const end = at(times, times.length - 1);
    if (at(later.candles.times, 0) <= end)
      throw new CandleFileError(`${later.name} begins before ${earlier.name} ends (${end} ms)`);
    return later;
  });
  const places = Math.max(...sorted.map(({ candles }) => candles.places));
  const column = (name: 'open' | 'high' | 'low' | 'close'): Float64Array =>
    concatenated(sorted.map(({ candles }) => scaled(candles[name], 10 ** (places - candles.places))));
  const joined: Candles = {
    times: concatenated(sorted.map(({ candles }) => candles.times)),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    places,
  };
  if (!allowGaps) checkGaps(joined.times);
  return joined;
}
