import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Logger, Metrics } from '@gridfleet/shared/infra';

/** Longest wait for a request to come in whole, ms. */
const REQUEST_MS = 5_000;

export interface MetricsServerDeps {
  metrics: Metrics;
  host: string;
  /** 0: any free one. */
  port: number;
  /** What the node stands on; never rejects. */
  checks(): Promise<Record<string, boolean>>;
  log: Logger;
}

/** What monitors ask a worker: `/metrics`, `/health/live` (the process answers), `/health/ready` (it can trade). */
export class MetricsServer {
  readonly #deps: MetricsServerDeps;
  readonly #server: Server;

  constructor(deps: MetricsServerDeps) {
    this.#deps = deps;
    this.#server = createServer({ requestTimeout: REQUEST_MS }, (request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        deps.log.error({ err: error }, 'a monitor got no answer');
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    });
  }

  /** @returns where it listens. @throws when the address is taken */
  async start(): Promise<string> {
    const { host, port } = this.#deps;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => resolve());
    });
    const address = this.#server.address();
    const taken = typeof address === 'object' && address !== null ? address.port : port;
    return `http://${host.includes(':') ? `[${host}]` : host}:${taken}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer({ method, url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = url.split('?')[0];
    if (method !== 'GET' && method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
    } else if (path === '/metrics') {
      const { metrics } = this.#deps;
      const text = await metrics.text();
      response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
    } else if (path === '/health/live') {
      sendJson(response, 200, { status: 'ok' });
    } else if (path === '/health/ready') {
      const checks = await this.#deps.checks();
      const isOk = Object.values(checks).every(Boolean);
      sendJson(response, isOk ? 200 : 503, { status: isOk ? 'ok' : 'degraded', checks });
    } else {
      sendJson(response, 404, { status: 'there is /metrics, /health/live and /health/ready' });
    }
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
