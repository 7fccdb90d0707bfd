import { dec } from '../numbers/decimal.js';
import { toSteps, toTicks, type Market, type Steps, type Ticks } from '../market/market.js';
import { fromSnapshot, inBookOrder, type Level, type RecordedMessage } from '../matching/index.js';
import type { Side } from '../order/order.js';

/** One event of a recorded market. Times in ms since epoch UTC. */
export type TickEvent =
  | { kind: 'quote'; time: number; bid: Ticks; bidSteps: Steps; ask: Ticks; askSteps: Steps }
  | { kind: 'trade'; time: number; price: Ticks; steps: Steps; aggressor: Side }
  /** The whole book, and levels of it that have changed (zero steps: gone). */
  | { kind: 'book' | 'levels'; time: number; bids: Level[]; asks: Level[] };

/** An event with its place in the recording. */
interface Message extends RecordedMessage {
  event: TickEvent;
}

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
const NS_OF_US = 3;
const US_OF_MS = 1_000;
const USED = ['@bookTicker"', '@trade"', '@depth'];

interface Frame {
  stream: string;
  data: Record<string, unknown>;
}

function isFrame(value: unknown): value is Frame {
  return typeof value === 'object' && value !== null && 'stream' in value && 'data' in value;
}

function updateOf(data: Record<string, unknown>, field: string): number {
  const update = data[field];
  if (typeof update !== 'number')
    throw new TickFileError(`${field}: "${String(update)}" is not an update id`);
  return update;
}

/** Reads the texts of one market's messages; equal texts are converted once. */
class TickReader {
  readonly #ticks = new Map<string, Ticks>();
  readonly #steps = new Map<string, Steps>();

  constructor(
    readonly market: Market,
    readonly exactTimes: boolean,
  ) {}

  message(line: string): Message | null {
    const stamp = STAMP.exec(line)?.[1];
    if (stamp === undefined) throw new TickFileError('does not begin with a time');
    const text = line.slice(stamp.length + 1);
    const time = this.exactTimes
      ? Number(stamp.slice(0, -NS_OF_US)) / US_OF_MS
      : Number(stamp.slice(0, MS_DIGITS));
    if (!line.includes('"stream"')) {
      const snapshot = JSON.parse(text) as Record<string, unknown>;
      const levels = { bids: this.#levels(snapshot, 'bids'), asks: this.#levels(snapshot, 'asks') };
      const update = updateOf(snapshot, 'lastUpdateId');
      return { channel: 'snapshot', time, update, event: { kind: 'book', time, ...levels } };
    }
    if (!USED.some((channel) => line.includes(channel))) return null;
    const frame: unknown = JSON.parse(text);
    if (!isFrame(frame)) throw new TickFileError('is not a stream message');
    const { data } = frame;
    const channel = frame.stream.split('@')[1] ?? '';
    this.#checkSymbol(data['s']);
    if (channel === 'depth') {
      const levels = { bids: this.#levels(data, 'b'), asks: this.#levels(data, 'a') };
      return { channel, time, update: updateOf(data, 'u'), event: { kind: 'levels', time, ...levels } };
    }
    if (channel === 'trade') return { channel, time, update: 0, event: this.#trade(data, time) };
    return { channel, time, update: Number(data['u'] ?? 0), event: this.#quote(data, time) };
  }

  #quote(data: Record<string, unknown>, time: number): TickEvent {
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

  #trade(data: Record<string, unknown>, time: number): TickEvent {
    const aggressor = data['m'] === true ? 'sell' : 'buy';
    return { kind: 'trade', time, price: this.#price(data, 'p'), steps: this.#size(data, 'q'), aggressor };
  }

  #levels(data: Record<string, unknown>, field: string): Level[] {
    const rows = data[field];
    if (!Array.isArray(rows)) throw new TickFileError(`${field}: is not a list of levels`);
    return rows.map((row: unknown): Level => {
      if (!Array.isArray(row)) throw new TickFileError(`${field}: a level is not [price, quantity]`);
      const level = { price: row[0] as unknown, quantity: row[1] as unknown };
      return [this.#price(level, 'price'), this.#size(level, 'quantity')];
    });
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
 * Reads best quotes, trades and depth of a recording: lines of `<time in ns> <stream message as the exchange sent it>`
 * and at most one REST depth snapshot, with which the recording then begins.
 * @param exactTimes times with µs, as fractions of a ms, instead of whole ms
 * @throws TickFileError naming the line
 */
export function parseTicks(text: string, market: Market, exactTimes = false): TickEvent[] {
  const reader = new TickReader(market, exactTimes);
  const messages: Message[] = [];
  let last = 0;
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    try {
      const message = reader.message(line);
      if (message === null) return;
      if (message.time < last) throw new TickFileError('is earlier than the line before');
      last = message.time;
      messages.push(message);
    } catch (error) {
      throw new TickFileError(`line ${index + 1}: ${(error as Error).message}`);
    }
  });
  if (!messages.some(({ event }) => event.kind === 'quote'))
    throw new TickFileError('there is no best quote in the recording');
  let clock = 0;
  return inBookOrder(fromSnapshot(messages)).map(({ time, message }): TickEvent => {
    clock = Math.max(clock, time);
    return { ...message.event, time: clock };
  });
}
