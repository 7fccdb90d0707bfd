import { randomBytes } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { PAGE_POLICY } from '../api/src/http/security-headers.js';
import { findProgram } from '../cli/bin/programs.mjs';
import { freePort } from '../cli/src/services/free-port.js';
import { BrowserJar } from './harness/browser-jar.js';
import { LoginProxy } from './harness/login-proxy.js';
import { TestPlatform } from './harness/platform.js';
import { waitUntil } from './harness/wait.js';

/**
 * Real nginx with the shipped configuration, the real API and UI files, and people who sign in at a real OpenID provider.
 * Only OAuth2 Proxy between nginx and the provider is a stand-in, which speaks its protocol.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SECRET = randomBytes(16).toString('hex');

let platform: TestPlatform;
let login: LoginProxy;
let alice: string;
let nginx: ChildProcess;
let dir: string;
let gateway: string;
let apiUrl: string;

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

/** Types an e-mail address into the provider's form. @returns the session's cookie at the gateway */
async function signIn(email: string): Promise<string> {
  const browser = new BrowserJar();
  const form = await browser.go(`${gateway}/strategies/1`);
  const action = /action="([^"]+)"/.exec(form.body)?.[1] ?? '';
  const asked = await browser.go(new URL(action, form.url).href, {
    prompt: 'login',
    login: email,
    password: 'x',
  });
  const consent = /action="([^"]+)"/.exec(asked.body)?.[1];
  const end =
    consent === undefined ? asked : await browser.go(new URL(consent, asked.url).href, { prompt: 'consent' });
  if (end.status === 200) expect(end.url).toBe(`${gateway}/strategies/1`);
  return browser.cookiesFor(gateway);
}

beforeAll(async () => {
  platform = await TestPlatform.create('http://127.0.0.1:9', { PROXY_SECRET: SECRET });
  ({ url: apiUrl } = await platform.startApi());
  dir = mkdtempSync(join(tmpdir(), 'gridfleet-gateway-'));
  const port = await freePort();
  gateway = `http://127.0.0.1:${port}`;
  const { proxy, host } = await LoginProxy.start(gateway, ['alice@example.org', 'mallory@example.org']);
  login = proxy;
  const web = join(dir, 'web');
  mkdirSync(join(web, 'assets'), { recursive: true });
  // nginx reads files as a user of its own when it is started by root.
  chmodSync(dir, 0o711);
  writeFileSync(join(web, 'index.html'), '<!doctype html><title>Gridfleet</title>');
  writeFileSync(join(web, 'assets', 'index-0a1b2c3d.js'), '// the UI');
  const values = {
    GATEWAY_LISTEN: `127.0.0.1:${port}`,
    GATEWAY_INCLUDES: dir,
    API_UPSTREAM: new URL(apiUrl).host,
    LOGIN_UPSTREAM: host,
    WEB_ROOT: web,
    MIME_TYPES: '/etc/nginx/mime.types',
    PROXY_SECRET: SECRET,
  };
  writeFileSync(join(dir, 'gateway.conf'), render('nginx.conf', values));
  for (const name of ['gridfleet-proxy.inc', 'gridfleet-page.inc'])
    writeFileSync(join(dir, name), render(`deploy/${name}`, values));
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
  alice = await signIn('alice@example.org');
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
    const answer = await get(`${gateway}/api/strategies`, { cookie: alice });
    expect({ status: answer.status, body: JSON.parse(answer.body) as unknown }).toEqual({
      status: 200,
      body: { items: [], nextCursor: null },
    });
    const users = await platform.rows.query<{ email: string }[]>('SELECT email FROM user');
    expect(users.map((user) => user.email)).toContain('alice@example.org');
  });

  it('replaces identity headers that a client sends itself', async () => {
    const forged = {
      cookie: await signIn('mallory@example.org'),
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
      headers: { cookie: alice, origin: gateway, 'content-type': 'application/json' },
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

  it('lets nobody in whom the provider knows and the list does not', async () => {
    const cookie = await signIn('eve@example.org');
    expect((await get(`${gateway}/api/strategies`, { cookie })).status).toBe(401);
    expect((await get(`${gateway}/api/strategies`, { cookie: '_oauth2_proxy=guess' })).status).toBe(401);
  });

  it('ends a session at the sign-out', async () => {
    const cookie = await signIn('mallory@example.org');
    expect((await get(`${gateway}/api/me`, { cookie })).status).toBe(200);
    expect((await get(`${gateway}/oauth2/sign_out`, { cookie })).status).toBe(302);
    expect((await get(`${gateway}/api/me`, { cookie })).status).toBe(401);
  });

  it('serves the pages of the UI itself, to people who have signed in, with headers that protect them', async () => {
    for (const path of ['/', '/strategies/7', '/accounts']) {
      const page = await get(`${gateway}${path}`, { cookie: alice });
      expect({ status: page.status, cache: page.headers['cache-control'] }).toEqual({
        status: 200,
        cache: 'no-cache',
      });
      expect(page.body).toContain('<title>Gridfleet</title>');
      expect(page.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
      });
      expect(page.headers['content-security-policy']).toBe(PAGE_POLICY);
    }
  });

  it('has browsers keep built files for ever, and refuses them to strangers', async () => {
    const file = `${gateway}/assets/index-0a1b2c3d.js`;
    const seen = await get(file, { cookie: alice });
    expect(seen.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'application/javascript',
    });
    expect((await get(file)).status).toBe(401);
    expect((await get(`${gateway}/assets/gone.js`, { cookie: alice })).status).toBe(404);
  });

  it('keeps metrics inside, and shows health only to people', async () => {
    expect((await get(`${gateway}/metrics`, { cookie: alice })).status).toBe(404);
    expect((await get(`${gateway}/health`, { cookie: alice })).status).toBe(200);
    expect((await get(`${gateway}/health`)).status).toBe(302);
    expect((await get(`${gateway}/health/live`)).status).toBe(200);
  });

  it('passes the live socket on', async () => {
    const socket = new WebSocket(`${gateway.replace('http', 'ws')}/api/events/ws`, {
      headers: { cookie: alice, origin: gateway },
    });
    const first = await new Promise<string>((resolve, reject) => {
      socket.once('message', (data: Buffer) => resolve(data.toString()));
      socket.once('error', reject);
    });
    expect(first).toContain('snapshot');
    socket.close();
  });

  it('passes live updates on as they come', async () => {
    const stream = await fetch(`${gateway}/api/events`, {
      headers: { cookie: alice },
      signal: AbortSignal.timeout(15_000),
    });
    const reader = stream.body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? []).toString()).toContain('event: snapshot');
    await reader?.cancel();
  });
});
