import type { Candles } from '@gridfleet/shared/domain/backtest';

function shared(column: Float64Array): Float64Array {
  const copy = new Float64Array(new SharedArrayBuffer(column.byteLength));
  copy.set(column);
  return copy;
}

/** The same candles in memory that threads see without copying. */
export function sharedCandles(candles: Candles): Candles {
  return {
    places: candles.places,
    times: shared(candles.times),
    open: shared(candles.open),
    high: shared(candles.high),
    low: shared(candles.low),
    close: shared(candles.close),
  };
}
