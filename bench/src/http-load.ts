import { connect, type Socket } from 'node:net';

/** Requests per second and the slow end of their round trips. */
export interface Load {
  perSecond: number;
  p99Ms: number;
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

/**
 * Sends requests over `connections` connections for `ms`, each waiting for its answer. The first tenth is a warm-up
 * and does not count.
 * @throws Error when an answer is not 200.
 */
export async function httpLoad(
  port: number,
  connections: number,
  ms: number,
  /** The next request of a connection, and whether it counts. */
  next: (connection: number) => { text: string; counts: boolean },
): Promise<Load> {
  const times: number[] = [];
  const from = performance.now() + ms / 10;
  const until = from + ms;
  const run = async (index: number): Promise<void> => {
    const connection = new Connection(connect(port, '127.0.0.1'));
    try {
      for (;;) {
        const { text, counts } = next(index);
        const start = performance.now();
        if (start >= until) return;
        const head = await connection.send(text);
        if (!head.startsWith('HTTP/1.1 200')) throw new Error(`the server answered ${head.split('\r\n')[0]}`);
        if (counts && start >= from) times.push(performance.now() - start);
      }
    } finally {
      connection.close();
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, index) => run(index)));
  times.sort((a, b) => a - b);
  return {
    perSecond: (times.length / ms) * 1000,
    p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
  };
}
