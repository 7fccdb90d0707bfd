import { randomBytes } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../cli/bin/programs.mjs';
import { freePort } from '../cli/src/services/free-port.js';
import { TestPlatform } from './harness/platform.js';
import { waitUntil } from './harness/wait.js';

/** Real nginx with the shipped configuration and the real API; only the identity provider is a stand-in. */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SECRET = randomBytes(16).toString('hex');

let platform: TestPlatform;
let login: Server;
let nginx: ChildProcess;
let dir: string;
let gateway: string;
let apiUrl: string;

/** Answers as OAuth2 Proxy does: 202 with the e-mail for a known session, else 401. */
function startLogin(): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    const session = /session=(\w+)/.exec(incoming.headers.cookie ?? '')?.[1];
    if (incoming.url === '/oauth2/auth' && session !== undefined) {
      outgoing.writeHead(202, { 'X-Auth-Request-Email': `${session}@example.org` }).end();
    } else outgoing.writeHead(incoming.url === '/oauth2/auth' ? 401 : 200).end('sign in');
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function render(path: string, values: Record<string, string>): string {
  return readFileSync(join(ROOT, path), 'utf8').replace(
    /\$\{([A-Z_0-9]+)\}/g,
    (whole, name: string) => values[name] ?? whole,
  );
}

interface Seen {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** node:http, because fetch does not let a test send the headers a forger would. */
function get(url: string, headers: Record<string, string> = {}): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers, timeout: 10_000 }, (answer) => {
      let body = '';
      answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

beforeAll(async () => {
  platform = await TestPlatform.create('http://127.0.0.1:9', { PROXY_SECRET: SECRET });
  ({ url: apiUrl } = await platform.startApi());
  login = await startLogin();
  dir = mkdtempSync(join(tmpdir(), 'gridfleet-gateway-'));
  const port = await freePort();
  gateway = `http://127.0.0.1:${port}`;
  const values = {
    GATEWAY_LISTEN: `127.0.0.1:${port}`,
    GATEWAY_INCLUDES: dir,
    API_UPSTREAM: new URL(apiUrl).host,
    LOGIN_UPSTREAM: `127.0.0.1:${(login.address() as AddressInfo).port}`,
    PROXY_SECRET: SECRET,
  };
  writeFileSync(join(dir, 'gateway.conf'), render('nginx.conf', values));
  writeFileSync(join(dir, 'gridfleet-proxy.inc'), render('deploy/gridfleet-proxy.inc', values));
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${dir}/${name};`,
  );
  writeFileSync(
    join(dir, 'nginx.conf'),
    `daemon off; pid ${dir}/pid; error_log ${dir}/error.log; events {} http { access_log off; ${temp.join(' ')} include ${dir}/gateway.conf; }`,
  );
  nginx = spawn(findProgram('nginx') ?? 'nginx', ['-p', dir, '-c', join(dir, 'nginx.conf')], {
    stdio: 'ignore',
  });
  await waitUntil(async () => (await get(`${gateway}/health/live`)).status === 200, {
    timeoutMs: 10_000,
    what: 'the gateway',
  });
});

afterAll(async () => {
  nginx.kill('SIGTERM');
  login.close();
  await platform.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('the gateway', () => {
  it('sends a browser without a session to the sign-in, and a program a 401', async () => {
    const page = await get(`${gateway}/strategies/1`);
    expect(page.status).toBe(302);
    expect(page.headers.location).toContain(`/oauth2/start?rd=${gateway}/strategies/1`);
    expect((await get(`${gateway}/api/strategies`)).status).toBe(401);
  });

  it('lets a session in as its user', async () => {
    const answer = await get(`${gateway}/api/strategies`, { cookie: 'session=alice' });
    expect({ status: answer.status, body: JSON.parse(answer.body) as unknown }).toEqual({
      status: 200,
      body: { items: [] },
    });
    const users = await platform.rows.query<{ email: string }[]>('SELECT email FROM user');
    expect(users.map((user) => user.email)).toContain('alice@example.org');
  });

  it('replaces identity headers that a client sends itself', async () => {
    const forged = {
      cookie: 'session=mallory',
      'x-forwarded-email': 'owner@example.org',
      'x-forwarded-user': 'owner@example.org',
      'x-auth-request-email': 'owner@example.org',
    };
    expect((await get(`${gateway}/api/strategies`, forged)).status).toBe(200);
    const users = await platform.rows.query<{ email: string }[]>('SELECT email FROM user');
    expect(users.map((user) => user.email)).toContain('mallory@example.org');
    expect(users.map((user) => user.email)).not.toContain('owner@example.org');
  });

  it('is the only way in: the API refuses whoever does not know its secret', async () => {
    const direct = { 'x-forwarded-email': 'owner@example.org' };
    expect((await get(`${apiUrl}/api/strategies`, direct)).status).toBe(401);
    expect(
      (await get(`${apiUrl}/api/strategies`, { ...direct, 'x-gridfleet-proxy-secret': 'guess' })).status,
    ).toBe(401);
  });

  it('lets a program in by its token alone, whatever else it claims', async () => {
    const made = await fetch(`${gateway}/api/tokens`, {
      method: 'POST',
      headers: { cookie: 'session=alice', origin: gateway, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'bot', scopes: ['read'] }),
      signal: AbortSignal.timeout(5_000),
    });
    expect(made.status).toBe(201);
    const { token } = (await made.json()) as { token: string };
    const me = await get(`${gateway}/api/me`, {
      authorization: `Bearer ${token}`,
      'x-forwarded-email': 'owner@example.org',
    });
    expect(JSON.parse(me.body)).toMatchObject({ email: 'alice@example.org' });
    expect((await get(`${gateway}/api/me`, { authorization: `Bearer gft_${'x'.repeat(43)}` })).status).toBe(
      401,
    );
    expect((await get(`${gateway}/api/me`, { authorization: 'Bearer something' })).status).toBe(401);
  });

  it('passes live updates on as they come', async () => {
    const stream = await fetch(`${gateway}/api/events`, {
      headers: { cookie: 'session=alice' },
      signal: AbortSignal.timeout(15_000),
    });
    const reader = stream.body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? []).toString()).toContain('event: snapshot');
    await reader?.cancel();
  });
});
