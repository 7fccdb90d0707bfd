import type { Candles } from '@gridfleet/shared/domain/backtest';

/** What the plain loop hands back, so that it cannot be optimised away and can be compared. */
export interface PlainResult {
  fills: number;
  equity: number;
  maxDrawdown: number;
}

/**
 * The yardstick: the same grid as one loop over typed arrays, written for nothing else. Every candle of the `path` model,
 * fees, a fill log of five columns, equity and drawdown at each close.
 */
export function plainLoop(
  candles: Candles,
  lower: number,
  upper: number,
  levels: number,
  quantity: number,
  maker: number,
  taker: number,
): PlainResult {
  const { open, high, low, close } = candles;
  const lines = Float64Array.from({ length: levels }, (_, i) => lower + (i * (upper - lower)) / (levels - 1));
  const start = close[0] ?? 0;
  let top = -1;
  while (top + 2 < levels && (lines[top + 2] ?? 0) <= start) top += 1;
  let base = (levels - 2 - top) * quantity;
  let cash = -base * start * (1 + taker) + 1_000_000;
  let capacity = 1024;
  let rows = new Int32Array(capacity);
  let cells = new Int32Array(capacity);
  let sides = new Uint8Array(capacity);
  let prices = new Float64Array(capacity);
  let quantities = new Float64Array(capacity);
  let fills = 0;
  let peak = -Infinity;
  let keep = 1;
  const log = (row: number, cell: number, side: number, price: number): void => {
    if (fills === capacity) {
      capacity *= 2;
      const grow = <T extends Int32Array | Uint8Array | Float64Array>(to: T, from: T): T => {
        to.set(from);
        return to;
      };
      rows = grow(new Int32Array(capacity), rows);
      cells = grow(new Int32Array(capacity), cells);
      sides = grow(new Uint8Array(capacity), sides);
      prices = grow(new Float64Array(capacity), prices);
      quantities = grow(new Float64Array(capacity), quantities);
    }
    rows[fills] = row;
    cells[fills] = cell;
    sides[fills] = side;
    prices[fills] = price;
    quantities[fills] = quantity;
    fills += 1;
  };
  const move = (row: number, price: number): void => {
    while (top >= 0 && price <= (lines[top] ?? 0)) {
      const at = lines[top] ?? 0;
      cash -= at * quantity * (1 + maker);
      base += quantity;
      log(row, top, 0, at);
      top -= 1;
    }
    while (top + 2 < levels && price >= (lines[top + 2] ?? 0)) {
      top += 1;
      const at = lines[top + 1] ?? 0;
      cash += at * quantity * (1 - maker);
      base -= quantity;
      log(row, top, 1, at);
    }
  };
  for (let row = 1; row < close.length; row += 1) {
    const first = open[row] ?? 0;
    const last = close[row] ?? 0;
    const least = low[row] ?? 0;
    const most = high[row] ?? 0;
    move(row, first);
    move(row, last >= first ? least : most);
    move(row, last >= first ? most : least);
    move(row, last);
    const equity = cash + base * last;
    if (equity > peak) peak = equity;
    else if (equity < peak * keep) keep = equity / peak;
  }
  return { fills, equity: cash + base * (close[close.length - 1] ?? 0), maxDrawdown: 1 - keep };
}
