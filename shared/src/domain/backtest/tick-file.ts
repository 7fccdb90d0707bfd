import { dec } from '../numbers/decimal.js';
import { toSteps, toTicks, type Market, type Steps, type Ticks } from '../market/market.js';
import type { Side } from '../order/order.js';

/** One event of a recorded market. Times in ms since epoch UTC. */
export type TickEvent =
  | { kind: 'quote'; time: number; bid: Ticks; bidSteps: Steps; ask: Ticks; askSteps: Steps }
  | { kind: 'trade'; time: number; price: Ticks; steps: Steps; aggressor: Side };

/** A recording that cannot be used; the message names the line. */
export class TickFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TickFileError';
  }
}

const STAMP = /^(\d{13,19}) /;
/** Nanoseconds have 19 digits, milliseconds 13. */
const MS_DIGITS = 13;

interface Frame {
  stream: string;
  data: Record<string, unknown>;
}

function isFrame(value: unknown): value is Frame {
  return typeof value === 'object' && value !== null && 'stream' in value && 'data' in value;
}

/** Reads the texts of one market's messages; equal texts are converted once. */
class TickReader {
  readonly #ticks = new Map<string, Ticks>();
  readonly #steps = new Map<string, Steps>();

  constructor(readonly market: Market) {}

  event(line: string): TickEvent | null {
    const stamp = STAMP.exec(line)?.[1];
    if (stamp === undefined) throw new TickFileError('does not begin with a time');
    // The book's depth is not needed: best quotes and trades are.
    if (!line.includes('@bookTicker"') && !line.includes('@trade"')) return null;
    const frame: unknown = JSON.parse(line.slice(stamp.length + 1));
    if (!isFrame(frame)) throw new TickFileError('is not a stream message');
    const { data } = frame;
    const time = Number(stamp.slice(0, MS_DIGITS));
    this.#checkSymbol(data['s']);
    if (frame.stream.endsWith('@bookTicker')) {
      const [bid, ask] = [this.#price(data, 'b'), this.#price(data, 'a')];
      if (bid >= ask) throw new TickFileError('b, a: the bid is not below the ask');
      return {
        kind: 'quote',
        time,
        bid,
        bidSteps: this.#size(data, 'B'),
        ask,
        askSteps: this.#size(data, 'A'),
      };
    }
    const aggressor = data['m'] === true ? 'sell' : 'buy';
    return { kind: 'trade', time, price: this.#price(data, 'p'), steps: this.#size(data, 'q'), aggressor };
  }

  #checkSymbol(symbol: unknown): void {
    const expected = `${this.market.base}${this.market.quote}`;
    if (symbol !== expected)
      throw new TickFileError(`s: "${String(symbol)}" is not ${expected}, the market of the strategy`);
  }

  #text(data: Record<string, unknown>, field: string): string {
    const value = data[field];
    if (typeof value !== 'string')
      throw new TickFileError(`${field}: "${String(value)}" is not a decimal text`);
    return value;
  }

  #price(data: Record<string, unknown>, field: string): Ticks {
    const text = this.#text(data, field);
    const known = this.#ticks.get(text);
    if (known !== undefined) return known;
    const price = toTicks(this.market, dec(text));
    if (!dec(this.market.tickSize).times(price).eq(text) || price <= 0)
      throw new TickFileError(`${field}: ${text} is not a price in ticks of ${this.market.tickSize}`);
    this.#ticks.set(text, price);
    return price;
  }

  #size(data: Record<string, unknown>, field: string): Steps {
    const text = this.#text(data, field);
    const known = this.#steps.get(text);
    if (known !== undefined) return known;
    const steps = toSteps(this.market, dec(text), 'down');
    this.#steps.set(text, steps);
    return steps;
  }
}

/**
 * Reads best quotes and trades of a recording: lines of `<time in ns> <stream message as the exchange sent it>`.
 * @throws TickFileError naming the line
 */
export function parseTicks(text: string, market: Market): TickEvent[] {
  const reader = new TickReader(market);
  const events: TickEvent[] = [];
  let last = 0;
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    try {
      const event = reader.event(line);
      if (event === null) return;
      if (event.time < last) throw new TickFileError('is earlier than the line before');
      last = event.time;
      events.push(event);
    } catch (error) {
      throw new TickFileError(`line ${index + 1}: ${(error as Error).message}`);
    }
  });
  if (!events.some(({ kind }) => kind === 'quote'))
    throw new TickFileError('there is no best quote in the recording');
  return events;
}
