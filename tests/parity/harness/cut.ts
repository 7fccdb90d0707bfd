import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

interface Depth {
  b: [string, string][];
  a: [string, string][];
  u: number;
}
interface Snapshot {
  lastUpdateId: number;
  bids: [string, string][];
  asks: [string, string][];
}

const NS_OF_MS = 1_000_000n;
const STAMP = /^(\d+) (.*)$/;

/** A side of the book as texts. */
class Side {
  readonly #levels = new Map<string, string>();

  set(levels: readonly (readonly [string, string])[]): void {
    for (const [price, quantity] of levels) {
      if (/[1-9]/.test(quantity)) this.#levels.set(price, quantity);
      else this.#levels.delete(price);
    }
  }

  /** @param best 1 with the lowest price first, -1 with the highest */
  levels(best: 1 | -1): [string, string][] {
    return [...this.#levels].sort(([a], [b]) => (Number(a) - Number(b)) * best);
  }
}

/** The best ask at the beginning of a cut, as recorded. */
export interface Cut {
  ask: string;
}

/**
 * Writes a stretch of a recording as a recording of its own: a snapshot of the book as it was then, the last best quote,
 * and every line until the end.
 * @param from ms since the first line, `to` likewise
 */
export function cutRecording(file: string, target: string, from: number, to: number): Cut {
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n');
  const first = BigInt(STAMP.exec(lines[0] ?? '')?.[1] ?? '0');
  const begin = first + BigInt(from) * NS_OF_MS;
  const end = first + BigInt(to) * NS_OF_MS;
  const [bids, asks] = [new Side(), new Side()];
  let update = 0;
  let quote: { text: string; ask: string } | null = null;
  const kept: string[] = [];
  for (const line of lines) {
    const [, stamp = '0', text = ''] = STAMP.exec(line) ?? [];
    const time = BigInt(stamp);
    if (text === '' || time >= end) continue;
    if (time >= begin) {
      kept.push(line);
      continue;
    }
    const message = JSON.parse(text) as Snapshot | { stream: string; data: Depth & { s: string } };
    if (!('stream' in message)) {
      bids.set(message.bids);
      asks.set(message.asks);
      update = message.lastUpdateId;
    } else if (message.stream.includes('@depth') && message.data.u > update) {
      bids.set(message.data.b);
      asks.set(message.data.a);
      update = message.data.u;
    } else if (message.stream.endsWith('@bookTicker')) quote = { text, ask: String(message.data.a) };
  }
  if (quote === null) throw new Error(`${file} has no best quote before ${from} ms`);
  const snapshot = JSON.stringify({ lastUpdateId: update, bids: bids.levels(-1), asks: asks.levels(1) });
  writeFileSync(target, [`${begin} ${snapshot}`, `${begin} ${quote.text}`, ...kept, ''].join('\n'));
  return { ask: quote.ask };
}
