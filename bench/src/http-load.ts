import { connect, type Socket } from 'node:net';

/** What one connection sends next, and whether its answer counts. */
export interface LoadRequest {
  text: string;
  counts: boolean;
}

/** What came of a stretch of load. */
export interface Load {
  /** Answers that counted. */
  count: number;
  ms: number;
  /** Round trips of the answers that counted, ms. */
  times: number[];
}

const HEAD_END = '\r\n\r\n';
const LENGTH = /content-length: (\d+)/i;

/**
 * One keep-alive connection with one request in the air; a parser of its own, so that the client's cost does not
 * hide the server's. Answers must carry a content length.
 */
class Connection {
  #pending: { resolve: (head: string) => void; reject: (error: Error) => void } | undefined;
  #received = '';

  constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#read(text));
    socket.on('error', (error) => this.#pending?.reject(error));
    socket.on('close', () => this.#pending?.reject(new Error('the server closed the connection')));
  }

  /** Sends a whole request. @returns status line and headers. */
  send(request: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.socket.write(request);
    });
  }

  close(): void {
    this.#pending = undefined;
    this.socket.destroy();
  }

  #read(text: string): void {
    this.#received += text;
    const end = this.#received.indexOf(HEAD_END);
    if (end < 0) return;
    const head = this.#received.slice(0, end);
    const length = Number(LENGTH.exec(head)?.[1] ?? 0);
    if (this.#received.length < end + HEAD_END.length + length) return;
    this.#received = '';
    this.#pending?.resolve(head);
  }
}

/** The text of a POST with a form body. */
export function postText(path: string, body: string, apiKey: string, method = 'POST'): string {
  return `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-MBX-APIKEY: ${apiKey}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** Keep-alive connections to one server, each waiting for its answer before it sends again. */
export class HttpLoad {
  readonly #connections: Connection[];

  constructor(
    port: number,
    connections: number,
    /** The next request of a connection. */
    private readonly next: (connection: number) => LoadRequest,
  ) {
    this.#connections = Array.from({ length: connections }, () => new Connection(connect(port, '127.0.0.1')));
  }

  /** Sends for `ms`. @throws Error when an answer is not 200. */
  async run(ms: number): Promise<Load> {
    const times: number[] = [];
    const start = performance.now();
    const until = start + ms;
    const send = async (connection: Connection, index: number): Promise<void> => {
      for (let at = start; at < until;) {
        const { text, counts } = this.next(index);
        const sent = performance.now();
        const head = await connection.send(text);
        if (!head.startsWith('HTTP/1.1 200')) throw new Error(`the server answered ${head.split('\r\n')[0]}`);
        at = performance.now();
        if (counts) times.push(at - sent);
      }
    };
    await Promise.all(this.#connections.map(send));
    return { count: times.length, ms: performance.now() - start, times };
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }
}
