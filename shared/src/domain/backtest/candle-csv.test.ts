import { describe, expect, it } from 'vitest';
import { joinCandles } from './join-candles.js';
import { parseCandleCsv } from './candle-csv.js';

const HEADER = 'open_time_ms,open,high,low,close,volume';
const bytes = (...lines: string[]): Uint8Array => new TextEncoder().encode(lines.join('\n'));
const row = (minute: number, prices = '10.5,11,10,10.25'): string => `${minute * 60_000},${prices},7.5`;
const read = (...lines: string[]): (() => unknown) => {
  const file = bytes(...lines);
  return () => parseCandleCsv(file);
};

describe('candles from CSV', () => {
  it('are exact whole numbers in the finest place any price needs', () => {
    const candles = parseCandleCsv(
      bytes(HEADER, row(1, '10.50,11.000,10,10.25'), row(2, '10.125,12,9.9,10'), ''),
    );
    expect(candles).toEqual({
      times: Float64Array.of(60_000, 120_000),
      open: Float64Array.of(10_500, 10_125),
      high: Float64Array.of(11_000, 12_000),
      low: Float64Array.of(10_000, 9_900),
      close: Float64Array.of(10_250, 10_000),
      places: 3,
    });
  });

  it('may have other columns, another order, and Windows line ends', () => {
    const candles = parseCandleCsv(
      bytes('close,volume,low,high,open,open_time_ms\r', '3,x,1,4,2,60000\r', ''),
    );
    expect([candles.open[0], candles.high[0], candles.low[0], candles.close[0]]).toEqual([2, 4, 1, 3]);
  });

  it.each([
    ['an empty file', read(''), 'the file is empty'],
    ['a file with only a header', read(HEADER, ''), 'no rows'],
    ['wrong columns', read('time,o,h,l,c', row(1)), 'missing: open_time_ms, open, high, low, close'],
    [
      'a NaN',
      read(HEADER, row(1), row(2, '10,NaN,10,10')),
      'row 3, high: "NaN" is not a plain decimal number',
    ],
    ['an exponent', read(HEADER, row(1, '1e1,11,10,10')), 'row 2, open: "1e1"'],
    ['a blank field', read(HEADER, row(1, '10,11,,10')), 'row 2, low: ""'],
    ['a negative price', read(HEADER, row(1, '10,11,-1,10')), 'row 2, low: "-1"'],
    ['a price of zero', read(HEADER, row(1, '10,11,0.0,10')), 'row 2, low: "0.0" is not above zero'],
    ['a missing column', read(HEADER, row(1), '120000,10,11,10,10'), 'row 3: has fewer than the 6 columns'],
    ['a column too many', read(HEADER, `${row(1)},1`), 'row 2: has more than the 6 columns'],
    ['a row cut off', read(HEADER, row(1), '120000,10,1'), 'row 3: has fewer'],
    ['a high below the close', read(HEADER, row(1, '10,11,10,12')), 'row 2, high: is below'],
    ['a low above the open', read(HEADER, row(1, '10,12,11,12')), 'row 2, low: is above'],
    ['a row that repeats', read(HEADER, row(1), row(1)), 'row 3, open_time_ms: repeats'],
    ['rows out of order', read(HEADER, row(2), row(1)), 'row 3, open_time_ms: is earlier'],
    ['a gap', read(HEADER, row(1), row(2), row(5)), 'row 4, open_time_ms: 2 bars are missing before it'],
    [
      'a gap at the very start',
      read(HEADER, row(1), row(3), row(4)),
      'row 3, open_time_ms: 1 bar is missing',
    ],
  ])('%s is refused with row and field', (_, act, message) => {
    expect(act).toThrow(message);
  });

  it('with gaps are read when they are allowed', () => {
    const file = bytes(HEADER, row(1), row(2), row(5));
    expect(parseCandleCsv(file, { allowGaps: true }).times).toHaveLength(3);
  });
});

describe('several files', () => {
  const part = (name: string, ...minutes: number[]) => ({
    name,
    candles: parseCandleCsv(bytes(HEADER, ...minutes.map((minute) => row(minute)))),
  });

  it('are joined in order of time, in the finer places', () => {
    const fine = { name: 'c', candles: parseCandleCsv(bytes(HEADER, row(5, '10.125,11,10,10'))) };
    const joined = joinCandles([fine, part('b', 3, 4), part('a', 1, 2)]);
    expect(Array.from(joined.times, (time) => time / 60_000)).toEqual([1, 2, 3, 4, 5]);
    expect(Array.from(joined.open)).toEqual([10_500, 10_500, 10_500, 10_500, 10_125]);
  });

  it('that overlap, or leave a gap between them, are refused', () => {
    expect(() => joinCandles([part('a', 1, 2), part('b', 2, 3)])).toThrow('b begins before a ends');
    expect(() => joinCandles([part('a', 1, 2), part('b', 4, 5)])).toThrow('1 bar is missing');
    expect(joinCandles([part('a', 1, 2), part('b', 4, 5)], true).times).toHaveLength(4);
  });
});
