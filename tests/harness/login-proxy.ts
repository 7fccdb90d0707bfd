import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

const CLIENT = 'gridfleet-test';
const DEADLINE_MS = 10_000;

function listen(server: Server): Promise<string> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    ),
  );
}

/** A real OpenID provider; whoever types an e-mail address into its form is that person. */
async function startProvider(
  secret: string,
  callbacks: string[],
): Promise<{ server: Server; issuer: string }> {
  let handle: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  const server = createServer((request, response) => handle(request, response));
  const issuer = await listen(server);
  const provider = new Provider(issuer, {
    clients: [
      { client_id: CLIENT, client_secret: secret, redirect_uris: callbacks, response_types: ['code'] },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    cookies: { keys: [randomBytes(16).toString('hex')] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: id, email_verified: true }),
    }),
  });
  const answer = provider.callback();
  handle = (request, response) => void answer(request, response);
  return { server, issuer };
}

const cookie = (request: IncomingMessage, name: string): string | undefined =>
  new RegExp(`(?:^|; )${name}=([^;]+)`).exec(request.headers.cookie ?? '')?.[1];

interface Pending {
  verifier: string;
  back: string;
}

/**
 * Speaks the part of OAuth2 Proxy's protocol that nginx uses (`/oauth2/auth`, `/oauth2/start`, `/oauth2/callback`,
 * `/oauth2/sign_out`) and signs people in at a real OpenID provider: code flow with PKCE.
 */
export class LoginProxy {
  readonly #sessions = new Map<string, string>();
  readonly #pending = new Map<string, Pending>();
  readonly #secret = randomBytes(16).toString('hex');
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  #provider: { server: Server; issuer: string } | null = null;
  #gateway = '';

  private constructor(readonly allowed: ReadonlySet<string>) {}

  /** @param gateway where browsers see it; @param allowed e-mail addresses that may come in */
  static async start(
    gateway: string,
    allowed: readonly string[],
  ): Promise<{ proxy: LoginProxy; host: string }> {
    const proxy = new LoginProxy(new Set(allowed));
    proxy.#gateway = gateway;
    proxy.#provider = await startProvider(proxy.#secret, [`${gateway}/oauth2/callback`]);
    return { proxy, host: new URL(await listen(proxy.#server)).host };
  }

  close(): void {
    this.#server.close();
    this.#provider?.server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.#gateway);
    if (url.pathname === '/oauth2/auth') this.#auth(request, response);
    else if (url.pathname === '/oauth2/start') this.#begin(url, response);
    else if (url.pathname === '/oauth2/callback') await this.#callback(url, response);
    else if (url.pathname === '/oauth2/sign_out') {
      this.#sessions.delete(cookie(request, '_oauth2_proxy') ?? '');
      response.writeHead(302, { location: '/' }).end();
    } else response.writeHead(404).end();
  }

  #auth(request: IncomingMessage, response: ServerResponse): void {
    const email = this.#sessions.get(cookie(request, '_oauth2_proxy') ?? '');
    if (email === undefined) response.writeHead(401).end();
    else response.writeHead(202, { 'X-Auth-Request-Email': email, 'X-Auth-Request-User': email }).end();
  }

  #begin(url: URL, response: ServerResponse): void {
    const state = randomBytes(16).toString('hex');
    const verifier = randomBytes(32).toString('base64url');
    this.#pending.set(state, { verifier, back: url.searchParams.get('rd') ?? '/' });
    const location = new URL(`${this.#provider?.issuer ?? ''}/auth`);
    location.search = new URLSearchParams({
      client_id: CLIENT,
      redirect_uri: `${this.#gateway}/oauth2/callback`,
      response_type: 'code',
      scope: 'openid email',
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }).toString();
    response.writeHead(302, { location: location.href }).end();
  }

  async #callback(url: URL, response: ServerResponse): Promise<void> {
    const state = url.searchParams.get('state') ?? '';
    const pending = this.#pending.get(state);
    this.#pending.delete(state);
    if (pending === undefined) {
      response.writeHead(403).end('unknown state');
      return;
    }
    const answer = await fetch(`${this.#provider?.issuer ?? ''}/token`, {
      method: 'POST',
      signal: AbortSignal.timeout(DEADLINE_MS),
      headers: {
        authorization: `Basic ${Buffer.from(`${CLIENT}:${this.#secret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: url.searchParams.get('code') ?? '',
        redirect_uri: `${this.#gateway}/oauth2/callback`,
        code_verifier: pending.verifier,
      }),
    });
    const { id_token: token } = (await answer.json()) as { id_token?: string };
    const claims = JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString() || '{}') as {
      email?: string;
    };
    if (claims.email === undefined || !this.allowed.has(claims.email)) {
      response.writeHead(403).end('not allowed');
      return;
    }
    const session = randomBytes(24).toString('hex');
    this.#sessions.set(session, claims.email);
    response
      .writeHead(302, {
        location: pending.back,
        'set-cookie': `_oauth2_proxy=${session}; HttpOnly; SameSite=Lax; Path=/`,
      })
      .end();
  }
}
