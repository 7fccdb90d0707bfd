import { expect } from 'vitest';
import { waitUntil } from '../../../tests/harness/wait.js';
import { PROXY_SECRET, type TestApi } from './test-api.js';

export interface SseMessage {
  event: string;
  id: string | undefined;
  data: unknown;
}

export interface SseClient {
  messages: SseMessage[];
  /** The next message of this kind that has not been taken yet. */
  next: (event: string) => Promise<SseMessage>;
  ended: () => boolean;
  close: () => void;
}

function parse(block: string): SseMessage {
  const fields = new Map(
    block.split('\n').map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]),
  );
  return {
    event: fields.get('event') ?? '',
    id: fields.get('id'),
    data: JSON.parse(fields.get('data') ?? 'null') as unknown,
  };
}

/** Opens the event stream over a real connection, as a browser does. */
export async function openEvents(api: TestApi, email: string, lastEventId?: string): Promise<SseClient> {
  if (!api.app.server.listening) await api.app.listen({ host: '127.0.0.1', port: 0 });
  const address = api.app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const abort = new AbortController();
  const response = await fetch(`http://127.0.0.1:${port}/api/events`, {
    headers: {
      'x-gridfleet-proxy-secret': PROXY_SECRET,
      'x-forwarded-email': email,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    signal: abort.signal,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  expect(response.headers.get('x-request-id')).not.toBeNull();
  const messages: SseMessage[] = [];
  const taken = new Set<SseMessage>();
  let ended = false;
  const read = async (): Promise<void> => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      messages.push(...blocks.map(parse));
    }
  };
  read()
    .catch(() => undefined)
    .finally(() => {
      ended = true;
    });
  return {
    messages,
    next: async (event) => {
      const message = await waitUntil(() => messages.find((one) => one.event === event && !taken.has(one)), {
        timeoutMs: 15_000,
        what: `a message ${event}`,
      });
      taken.add(message);
      return message;
    },
    ended: () => ended,
    close: () => {
      abort.abort();
    },
  };
}
