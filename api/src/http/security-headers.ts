import type { ApiInstance } from './types.js';

/** For pages: their own files only. Element Plus sets style attributes, icons and charts use data addresses. */
export const PAGE_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');
/** For everything that is not a page. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

function isData(url: string): boolean {
  return url.startsWith('/api/') || url.startsWith('/health');
}

/** Headers that keep a browser from doing what it should not; pages under /docs bring their own policy. */
export function registerSecurityHeaders(app: ApiInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
    });
    if (isData(request.url)) {
      void reply.headers({ 'content-security-policy': DATA_POLICY, 'cache-control': 'no-store' });
    } else if (!request.url.startsWith('/docs')) {
      void reply.header('content-security-policy', PAGE_POLICY);
    }
    done();
  });
}
