import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { NumberedEvent } from '@gridfleet/shared/infra';
import { DeltaMaker } from './deltas.js';
import { EventClient } from './event-client.js';
import { SseSink } from './event-sink.js';
import type { StrategyOwners } from './owners.js';

class FakeResponse {
  text = '';
  writableLength = 0;
  isEnded = false;

  write(bytes: Buffer): boolean {
    this.text += bytes.toString();
    return true;
  }
  end(): void {
    this.isEnded = true;
  }
  destroy(): void {
    this.isEnded = true;
  }
}

/** Strategies 1 to 9 belong to user 1. */
const owners = {
  known: (id: number) => (id < 5 ? 1 : undefined),
  ownerOf: (id: number) => Promise.resolve(id < 10 ? 1 : 2),
} as unknown as StrategyOwners;
const deltas = new DeltaMaker(owners);

const event = (sequence: number, strategyId = 1): NumberedEvent => ({
  cursor: `1-${sequence}`,
  event: { type: 'strategy', strategyId, data: null },
});

function client(userId = 1): { response: FakeResponse; client: EventClient } {
  const response = new FakeResponse();
  const sink = new SseSink(response as unknown as ServerResponse);
  return { response, client: new EventClient(sink, userId, deltas) };
}

const cursors = (response: FakeResponse): [string, string][] =>
  [...response.text.matchAll(/"cursor":"([\d-]+)","previous":"([\d-]+)"/g)].map((hit) => [
    hit[1] ?? '',
    hit[2] ?? '',
  ]);
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a client of the event stream', () => {
  test('gets events that came before its snapshot was ready, those after its position only', async () => {
    const { response, client: one } = client();
    one.onEvents([event(1), event(2), event(3)]);
    expect(response.text).toBe('');
    one.snapshot({ cursor: '1-2', strategies: [] });
    one.onEvents([event(4)]);
    await settled();
    expect(cursors(response)).toEqual([
      ['1-3', '1-2'],
      ['1-4', '1-3'],
    ]);
  });

  test('gets events in order when an owner has to be looked up first', async () => {
    const { response, client: one } = client();
    one.resume('1-0', [event(1, 7)]);
    one.onEvents([event(2, 1), event(3, 11), event(4, 8)]);
    await settled();
    await settled();
    expect(cursors(response).map(([cursor]) => cursor)).toEqual(['1-1', '1-2', '1-4']);
    expect(cursors(response).at(-1)?.[1]).toBe('1-2');
  });

  test('is cut off when it does not keep up', async () => {
    const { response, client: one } = client();
    one.snapshot({ cursor: '0-0', strategies: [] });
    response.writableLength = 64 * 1024 * 1024;
    one.onEvents([event(1)]);
    await settled();
    expect(one.isClosed).toBe(true);
    expect(response.isEnded).toBe(true);
    const { length } = response.text;
    one.onEvents([event(2)]);
    await settled();
    expect(response.text).toHaveLength(length);
  });

  test('is cut off when too much comes while its snapshot is being made', () => {
    const { client: one } = client();
    one.onEvents(Array.from({ length: 10_001 }, (_, i) => event(i)));
    expect(one.isClosed).toBe(true);
  });

  test('may take its time over a large snapshot, and is cut off for what it leaves after that', async () => {
    const { response, client: one } = client();
    const MiB = 1024 * 1024;
    response.writableLength = 6 * MiB;
    one.snapshot({ cursor: '1-0', strategies: [] });
    one.onEvents([event(1)]);
    await settled();
    expect([one.isClosed, cursors(response).length]).toEqual([false, 1]);
    response.writableLength = 11 * MiB;
    one.onEvents([event(2)]);
    await settled();
    expect(one.isClosed).toBe(true);
  });

  test('gets the text of a snapshot that others get, too, made once', () => {
    let made = 0;
    const snapshot = { cursor: '1-0', strategies: [], toJSON: () => ({ cursor: '1-0', made: (made += 1) }) };
    const both = [client(), client()];
    for (const { client: one } of both) one.snapshot(snapshot);
    expect(made).toBe(1);
    for (const { response } of both) expect(response.text).toContain('data: {"cursor":"1-0","made":1}\n\n');
  });

  test('gets the text of a delta that others get, too, made once', async () => {
    let made = 0;
    const data = { toJSON: () => ({ made: (made += 1) }) } as unknown as null;
    const batch: NumberedEvent[] = [{ cursor: '1-1', event: { type: 'strategy', strategyId: 1, data } }];
    const [first, second, stranger] = [client(), client(), client(2)];
    for (const { client: one } of [first, second, stranger]) {
      one.resume('1-0', []);
      one.onEvents(batch);
    }
    await settled();
    expect(made).toBe(1);
    expect(first.response.text).toContain('"made":1');
    expect(second.response.text).toBe(first.response.text);
    expect(stranger.response.text).toBe('');
  });

  test('that stands elsewhere than another gets its own numbers', async () => {
    const batch = [event(1), event(2)];
    const [behind, ahead] = [client(), client()];
    behind.client.resume('1-0', []);
    ahead.client.resume('1-1', []);
    for (const { client: one } of [behind, ahead]) one.onEvents(batch);
    await settled();
    expect(cursors(behind.response)).toEqual([
      ['1-1', '1-0'],
      ['1-2', '1-1'],
    ]);
    expect(cursors(ahead.response)).toEqual([['1-2', '1-1']]);
  });
});
