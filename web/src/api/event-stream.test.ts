import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventStream, SILENCE_LIMIT_MS, type EventSourceLike } from './event-stream.js';

class FakeSource implements EventSourceLike {
  readonly listeners = new Map<string, (event: MessageEvent<string>) => void>();
  closed = false;

  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.listeners.set(type, listener);
  }

  close(): void {
    this.closed = true;
  }

  send(type: string, data: unknown): void {
    this.listeners.get(type)?.({ data: JSON.stringify(data) } as MessageEvent<string>);
  }
}

const sources: FakeSource[] = [];
const log: string[] = [];
let stream: EventStream;

function latest(): FakeSource {
  const source = sources.at(-1);
  if (!source) throw new Error('not connected');
  return source;
}
const event = { type: 'strategy', strategyId: 1, data: null };
const delta = (previous: string, cursor: string) => ({ previous, cursor, event });

beforeEach(() => {
  vi.useFakeTimers();
  sources.length = 0;
  log.length = 0;
  stream = new EventStream(
    {
      connecting: () => log.push('connecting'),
      snapshot: ({ cursor }) => log.push(`snapshot ${cursor}`),
      event: ({ type }) => log.push(`event ${type}`),
      alive: () => undefined,
      lost: (delayMs) => log.push(`lost ${delayMs}`),
    },
    () => {
      const source = new FakeSource();
      sources.push(source);
      return source;
    },
    () => 1,
  );
  stream.start();
});

afterEach(() => {
  stream.stop();
  vi.useRealTimers();
});

describe('event stream', () => {
  it('hands on the snapshot and the deltas that follow it', () => {
    latest().send('snapshot', { cursor: '1', strategies: [] });
    latest().send('delta', delta('1', '2'));
    latest().send('delta', delta('2', '3'));
    expect(log).toEqual(['connecting', 'snapshot 1', 'event strategy', 'event strategy']);
  });

  it('reconnects for a new snapshot after a gap, and applies nothing of it', () => {
    latest().send('snapshot', { cursor: '1', strategies: [] });
    latest().send('delta', delta('5', '6'));
    expect(sources[0]?.closed).toBe(true);
    vi.advanceTimersByTime(500);
    latest().send('snapshot', { cursor: '6', strategies: [] });
    expect(log).toEqual(['connecting', 'snapshot 1', 'lost 500', 'connecting', 'snapshot 6']);
  });

  it('waits longer each time while connections fail', () => {
    latest().send('error', null);
    vi.advanceTimersByTime(500);
    latest().send('error', null);
    vi.advanceTimersByTime(999);
    expect(sources).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(sources).toHaveLength(3);
  });

  it('slows down when every snapshot is followed by a gap', () => {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      latest().send('snapshot', { cursor: '1', strategies: [] });
      latest().send('delta', delta('8', '9'));
      vi.advanceTimersByTime(15_000);
    }
    expect(log.filter((line) => line.startsWith('lost'))).toEqual(['lost 500', 'lost 1000', 'lost 2000']);
  });

  it('takes a silent connection as dead, and a ping as life', () => {
    latest().send('snapshot', { cursor: '1', strategies: [] });
    vi.advanceTimersByTime(SILENCE_LIMIT_MS - 1);
    latest().send('ping', { time: '2026-01-31T12:00:00.000Z' });
    vi.advanceTimersByTime(SILENCE_LIMIT_MS - 1);
    expect(sources).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(log.at(-1)).toBe('lost 500');
  });

  it('ignores what a closed connection still delivers', () => {
    const old = latest();
    stream.start();
    old.send('snapshot', { cursor: '1', strategies: [] });
    expect(log).toEqual(['connecting', 'connecting']);
  });

  it('does nothing any more after stop', () => {
    latest().send('error', null);
    stream.stop();
    vi.advanceTimersByTime(60_000);
    expect(sources).toHaveLength(1);
  });
});
