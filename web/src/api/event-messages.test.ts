import { describe, expect, it } from 'vitest';
import { EventSequence, parseDelta, parsePing, parseSnapshot, reconnectDelayMs } from './event-messages.js';

describe('numbered deltas', () => {
  it('applies a delta that follows the snapshot and each other', () => {
    const sequence = new EventSequence();
    sequence.restart('10-0');
    expect(sequence.accept({ previous: '10-0', cursor: '10-1' })).toBe('apply');
    expect(sequence.accept({ previous: '10-1', cursor: '11-0' })).toBe('apply');
  });

  it('finds a gap, and stays where it was', () => {
    const sequence = new EventSequence();
    sequence.restart('1');
    expect(sequence.accept({ previous: '2', cursor: '3' })).toBe('gap');
    expect(sequence.accept({ previous: '1', cursor: '2' })).toBe('apply');
  });

  it('ignores the delta it has just applied', () => {
    const sequence = new EventSequence();
    sequence.restart('1');
    sequence.accept({ previous: '1', cursor: '2' });
    expect(sequence.accept({ previous: '1', cursor: '2' })).toBe('duplicate');
  });

  it('takes a delta before any snapshot as a gap', () => {
    expect(new EventSequence().accept({ previous: '', cursor: '1' })).toBe('gap');
  });
});

describe('messages from the wire', () => {
  it('refuses what is not a message', () => {
    for (const text of ['', 'null', '[]', '{"cursor":1}', '{"cursor":"1","previous":"0"}'])
      expect(parseDelta(text)).toBeNull();
    expect(parseSnapshot('{"cursor":"1"}')).toBeNull();
    expect(parsePing('{"time":"soon"}')).toBeNull();
  });

  it('reads a delta, a snapshot and a ping', () => {
    const event = { type: 'strategy', strategyId: 7, data: null };
    expect(parseDelta(JSON.stringify({ cursor: '2', previous: '1', event }))?.event).toEqual(event);
    expect(parseSnapshot('{"cursor":"1","strategies":[]}')).toEqual({ cursor: '1', strategies: [] });
    expect(parsePing('{"time":"2026-01-31T12:00:00.000Z"}')).toBe(Date.UTC(2026, 0, 31, 12));
  });
});

describe('reconnection', () => {
  it('doubles the wait up to 15 s, jittered over its upper half', () => {
    expect([0, 1, 2, 3].map((attempt) => reconnectDelayMs(attempt, () => 1))).toEqual([
      500, 1000, 2000, 4000,
    ]);
    expect(reconnectDelayMs(50, () => 1)).toBe(15_000);
    expect(reconnectDelayMs(50, () => 0)).toBe(7500);
  });
});
