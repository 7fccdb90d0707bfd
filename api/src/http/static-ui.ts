import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiInstance } from './types.js';

/** Names of built files carry a hash of their content: they never change. */
const FOREVER = 'public, max-age=31536000, immutable';

/**
 * Serves the built UI at `/`. Addresses of pages inside the UI get its index page.
 * @returns the handler that answers such an address, or null when there is no UI to serve.
 */
export async function registerStaticUi(
  app: ApiInstance,
  webDist: string | null,
): Promise<((request: FastifyRequest, reply: FastifyReply) => boolean) | null> {
  if (webDist === null || !existsSync(join(webDist, 'index.html'))) return null;
  await app.register(fastifyStatic, {
    root: resolve(webDist),
    wildcard: true,
    cacheControl: false,
    setHeaders: (response, path) => {
      void response.header('cache-control', path.includes('/assets/') ? FOREVER : 'no-cache');
    },
  });
  return (request, reply) => {
    if (!isPage(request)) return false;
    void reply.sendFile('index.html');
    return true;
  };
}

/** A navigation, as opposed to a call of the API or a file that should exist. */
function isPage({ method, url }: FastifyRequest): boolean {
  const path = url.split('?')[0] ?? '';
  if (method !== 'GET' && method !== 'HEAD') return false;
  if (/^\/(?:api|health|docs)(?:\/|$)/.test(path)) return false;
  return !/\.[a-z0-9]+$/i.test(path);
}
