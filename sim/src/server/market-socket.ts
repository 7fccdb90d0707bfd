import type { Peer } from './peer.js';
import type { StreamHub, Subscriber } from './stream-hub.js';

const MAX_STREAMS = 1024;

/**
 * Serves one market stream connection. `/ws/...` and `/stream/ws/<n>` carry raw events, `/stream?streams=a/b` events
 * wrapped with their stream's name; `/ws/<stream>` subscribes at once.
 */
export function serveMarketSocket(peer: Peer, url: URL, hub: StreamHub): void {
  const raw = url.pathname.includes('/ws');
  const subscriber: Subscriber = { peer, combined: !raw };
  const streams = new Set<string>();
  const subscribe = (stream: string): void => {
    streams.add(stream);
    hub.subscribe(subscriber, stream);
  };
  for (const stream of namedStreams(url)) subscribe(stream);

  peer.ws.on('message', (data: Buffer) => peer.send(JSON.stringify(reply(data.toString('utf8')))));
  peer.ws.on('close', () => streams.forEach((stream) => hub.unsubscribe(subscriber, stream)));

  function reply(text: string): Record<string, unknown> {
    const request = readRequest(text);
    if ('error' in request) return request;
    const { method, params, id } = request;
    switch (method) {
      case 'SUBSCRIBE':
        if (streams.size + params.length > MAX_STREAMS)
          return failure(2, 'Invalid request: too many streams', id);
        params.forEach(subscribe);
        return { result: null, id };
      case 'UNSUBSCRIBE':
        for (const stream of params) {
          streams.delete(stream);
          hub.unsubscribe(subscriber, stream);
        }
        return { result: null, id };
      case 'LIST_SUBSCRIPTIONS':
        return { result: [...streams], id };
      default:
        return failure(2, `Invalid request: unknown variant \`${method}\``, id);
    }
  }
}

type Id = string | number | null;
interface StreamRequest {
  method: string;
  params: string[];
  id: Id;
}

function failure(code: number, msg: string, id: Id = null): { error: { code: number; msg: string }; id: Id } {
  return { error: { code, msg }, id };
}

function readRequest(text: string): StreamRequest | ReturnType<typeof failure> {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return failure(3, 'Invalid JSON: expected value at line 1 column 1');
  }
  if (typeof message !== 'object' || message === null)
    return failure(2, 'Invalid request: expected an object');
  const { method, params = [], id = null } = message as Partial<Record<keyof StreamRequest, unknown>>;
  if (typeof id !== 'number' && typeof id !== 'string' && id !== null) {
    return failure(2, 'Invalid request: request ID must be an unsigned integer or a string');
  }
  if (typeof method !== 'string') return failure(2, 'Invalid request: missing field `method`', id);
  if (!Array.isArray(params) || !params.every((stream) => typeof stream === 'string')) {
    return failure(2, 'Invalid request: params must be an array of strings', id);
  }
  return { method, params, id };
}

/** Streams named in the address; ccxt's bare connection numbers are not streams. */
function namedStreams(url: URL): string[] {
  const query = url.searchParams.get('streams');
  if (query !== null) return query.split('/').filter((stream) => stream !== '');
  const path = url.pathname.split('/ws/')[1] ?? '';
  return path.split('/').filter((part) => part.includes('@') || part.startsWith('!'));
}
