import type { IncomingMessage, ServerResponse } from 'node:http';
import { VenueError } from '../venue/errors.js';

/** One request as it came in, its body read. */
export interface RestRequest {
  method: string;
  path: string;
  /** Raw text after the question mark: its bytes are what is signed. */
  query: string;
  /** Raw body, '' when there is none. */
  body: string;
  ip: string;
  /** The `X-MBX-APIKEY` header. */
  apiKey: string | undefined;
}

export type RestHandler = (request: RestRequest, response: ServerResponse) => void;

const BODY_LIMIT = 64 * 1024;

/**
 * The exchange's own paths, in front of the web framework: an order passes here in a third of the time, and whoever
 * answers has the bare response, to delay it, cut it or drop it.
 */
export class RestRouter {
  readonly #handlers = new Map<string, RestHandler>();

  add(method: string, path: string, handler: RestHandler): void {
    this.#handlers.set(`${method} ${path}`, handler);
  }

  /** Serves a request of a known path. @returns false, having done nothing, for any other. */
  serve(message: IncomingMessage, response: ServerResponse): boolean {
    const { method = '', url = '' } = message;
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const handler = this.#handlers.get(`${method} ${path}`);
    if (!handler) return false;
    const apiKey = message.headers['x-mbx-apikey'];
    const request: RestRequest = {
      method,
      path,
      query: mark < 0 ? '' : url.slice(mark + 1),
      body: '',
      ip: message.socket.remoteAddress ?? '',
      apiKey: typeof apiKey === 'string' ? apiKey : undefined,
    };
    if (hasBody(message)) readBody(message, request, handler, response);
    else handler(request, response);
    return true;
  }
}

/** Answers in JSON; does nothing when the client has gone. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  const lines: string[] = [];
  for (const name in headers) lines.push(name, headers[name] ?? '');
  lines.push(
    'Content-Type',
    'application/json;charset=UTF-8',
    'Content-Length',
    String(Buffer.byteLength(text)),
  );
  response.writeHead(status, lines).end(text);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function readBody(
  message: IncomingMessage,
  request: RestRequest,
  handler: RestHandler,
  response: ServerResponse,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  message.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= BODY_LIMIT) chunks.push(chunk);
  });
  message.on('end', () => {
    if (length > BODY_LIMIT) {
      const error = new VenueError(413, -1000, `The body is larger than ${BODY_LIMIT} bytes.`);
      sendJson(response, error.status, error.body());
      return;
    }
    request.body = (chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))?.toString('utf8') ?? '';
    handler(request, response);
  });
}
