import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { fromSnapshot, inBookOrder, type RecordedMessage } from '@gridfleet/shared/domain/matching';
import { readSteps, readTicks, type SymbolRules } from '../venue/rules.js';
import { readLevels, Recording } from './recording.js';

type Rows = [string, string][];
interface SnapshotMessage {
  lastUpdateId: number;
  bids: Rows;
  asks: Rows;
}
interface StreamMessage {
  stream: string;
  data: unknown;
}
interface QuoteData {
  b: string;
  B: string;
  a: string;
  A: string;
}
interface DepthData {
  b: Rows;
  a: Rows;
}
interface TradeData {
  p: string;
  q: string;
  m: boolean;
}

interface Line extends RecordedMessage {
  symbol: string;
  data: unknown;
}

/**
 * Reads recorded Binance streams: gzip (or plain) lines of `<receive time, ns> <message>`, with one REST depth
 * snapshot. Several files of one symbol are played one after the other.
 * @throws Error naming the file when a line cannot be read, the symbol has no rules, or a symbol has no snapshot.
 */
export function readRecordings(
  files: readonly string[],
  rules: ReadonlyMap<string, SymbolRules>,
): Recording[] {
  const bySymbol = new Map<string, Line[][]>();
  for (const file of files) {
    const lines = readLines(file);
    const symbol = lines.find((line) => line.symbol !== '')?.symbol;
    if (symbol === undefined)
      throw new Error(`replay ${file}: no line names a stream, so its symbol is unknown`);
    bySymbol.set(symbol, [...(bySymbol.get(symbol) ?? []), lines]);
  }
  return [...bySymbol].map(([symbol, parts]) => {
    const symbolRules = rules.get(symbol);
    if (!symbolRules)
      throw new Error(`replay: no trading rules for ${symbol}; add it to sim/data/spot-rules.json`);
    const lines = parts.sort((a, b) => (a[0]?.time ?? 0) - (b[0]?.time ?? 0)).flat();
    return recordingOf(symbolRules, lines);
  });
}

function readLines(file: string): Line[] {
  const raw = readFileSync(file);
  const gzipped = raw[0] === 0x1f && raw[1] === 0x8b;
  const text = (gzipped ? gunzipSync(raw) : raw).toString('utf8');
  const lines: Line[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      lines.push(readLine(line));
    } catch (error) {
      throw new Error(`replay ${file}, line ${index + 1}: ${(error as Error).message}`, { cause: error });
    }
  }
  return lines;
}

function readLine(line: string): Line {
  const space = line.indexOf(' ');
  const stamp = line.slice(0, space);
  if (!/^\d{13,19}$/.test(stamp)) throw new Error('does not begin with a time in ns');
  // Nanoseconds exceed 2^53; ms with a fraction of 1 µs are exact enough to pace a replay.
  const time = Number(stamp.slice(0, -3)) / 1000;
  const message = JSON.parse(line.slice(space + 1)) as StreamMessage | SnapshotMessage;
  if (!('stream' in message)) {
    return { time, channel: 'snapshot', update: message.lastUpdateId, symbol: '', data: message };
  }
  const [symbol = '', channel = ''] = message.stream.split('@');
  const update = channel === 'trade' ? 0 : (message.data as { u: number }).u;
  return { time, channel, update, symbol: symbol.toUpperCase(), data: message.data };
}

/** Starts at the snapshot, with the last trade before it. */
function recordingOf(rules: SymbolRules, lines: Line[]): Recording {
  const first = lines.findIndex((line) => line.channel === 'snapshot');
  const found = lines[first];
  if (!found) throw new Error(`replay: the recording of ${rules.symbol} holds no depth snapshot`);
  const snapshot = found.data as SnapshotMessage;
  const recording = new Recording(rules, {
    bids: readLevels(rules, snapshot.bids),
    asks: readLevels(rules, snapshot.asks),
  });
  const earlierTrade = lines.slice(0, first).findLast((line) => line.channel === 'trade');
  const [, ...later] = fromSnapshot(lines);
  const events = inBookOrder([...(earlierTrade ? [earlierTrade] : []), ...later]);
  let clock = 0;
  for (const { time, message } of events) {
    clock = Math.max(clock, time - found.time);
    addTo(recording, clock, message);
  }
  return recording;
}

function addTo(recording: Recording, time: number, line: Line): void {
  const { rules } = recording;
  if (line.channel === 'bookTicker') {
    const data = line.data as QuoteData;
    const [bid, ask] = readLevels(rules, [
      [data.b, data.B],
      [data.a, data.A],
    ]);
    if (bid && ask) recording.addQuote(time, bid, ask);
  } else if (line.channel === 'depth') {
    const data = line.data as DepthData;
    recording.addLevels(time, { bids: readLevels(rules, data.b), asks: readLevels(rules, data.a) });
  } else if (line.channel === 'trade') {
    const data = line.data as TradeData;
    recording.addTrade(time, readTicks(rules, data.p), readSteps(rules, data.q), data.m ? 'sell' : 'buy');
  }
}
