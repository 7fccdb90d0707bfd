import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { ACCOUNT, fillOf, statusOf, strategyOf, tradeOf } from './fleet-data.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const NO_STATS = {
  fills: 10_000,
  buys: 5_000,
  sells: 5_000,
  volume: '3000000',
  fees: '300',
  cycles: 0,
  winningCycles: 0,
  losingCycles: 0,
  winRate: null,
  profitFactor: null,
  grossProfit: '0',
  grossLoss: '0',
  cycleGross: '0',
  netProfit: '0',
};

/** The built UI with an API that answers from memory and pushes what the measurement asks for. */
export class FakeApi {
  readonly #server: Server;
  readonly #streams = new Set<ServerResponse>();
  readonly #dist: string;
  readonly #strategies: number;
  readonly #fills: number;
  #cursor = 0;

  private constructor(dist: string, strategies: number, fills: number) {
    this.#dist = dist;
    this.#strategies = strategies;
    this.#fills = fills;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(dist: string, strategies: number, fills: number): Promise<FakeApi> {
    const api = new FakeApi(dist, strategies, fills);
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const stream of this.#streams) stream.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** A new status of each strategy, as nodes report once a second. */
  pushStatuses(tick: number): void {
    for (let id = 1; id <= this.#strategies; id += 1)
      this.#push({ type: 'status', strategyId: id, data: statusOf(id, tick) });
  }

  pushFill(index: number): void {
    const fill = fillOf(index, this.#strategies);
    this.#push({ type: 'fill', strategyId: fill.strategyId, data: fill });
  }

  #push(event: unknown): void {
    const previous = String(this.#cursor);
    this.#cursor += 1;
    const data = JSON.stringify({ cursor: String(this.#cursor), previous, event });
    for (const stream of this.#streams) stream.write(`event: delta\ndata: ${data}\n\n`);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://bench');
    if (pathname === '/api/events') return this.#stream(response);
    if (pathname.startsWith('/api/')) return this.#json(response, this.#body(pathname, searchParams));
    this.#file(response, pathname);
  }

  #ids(): number[] {
    return Array.from({ length: this.#strategies }, (_, index) => index + 1);
  }

  #body(path: string, query: URLSearchParams): unknown {
    if (path === '/api/me')
      return { id: 1, email: 'bench@example.org', role: 'owner', isActive: true, hasTradingPassword: false };
    if (path === '/api/strategies') return { items: this.#ids().map(strategyOf), nextCursor: null };
    if (path === '/api/accounts') return { items: [ACCOUNT] };
    if (path === '/api/trading-state/platform')
      return { scope: 'platform', id: null, state: 'ACTIVE', reason: null, changedBy: null, changedAt: null };
    if (path === '/api/trades/stats') return NO_STATS;
    if (path === '/api/trades') {
      const from = this.#fills - Number(query.get('cursor') ?? 0);
      const count = Math.min(Number(query.get('limit') ?? 100), from);
      const items = Array.from({ length: count }, (_, index) => tradeOf(from - index, this.#strategies));
      const next = this.#fills - from + count;
      return { items, nextCursor: next < this.#fills ? String(next) : null };
    }
    return { items: [], nextCursor: null };
  }

  #json(response: ServerResponse, body: unknown): void {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const snapshot = {
      cursor: String(this.#cursor),
      strategies: this.#ids().map((id) => statusOf(id, 0)),
    };
    response.write(`event: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n`);
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
  }

  #file(response: ServerResponse, path: string): void {
    const wanted = join(this.#dist, normalize(path));
    const file = extname(path) !== '' && existsSync(wanted) ? wanted : join(this.#dist, 'index.html');
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  }
}
