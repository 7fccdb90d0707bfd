import type { ApiInstance } from './types.js';

/** JSON only. An empty body is no body: commands without parameters need none, whatever their content type says. */
export function registerBodies(app: ApiInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = typeof body === 'string' ? body : body.toString('utf8');
    if (text.trim() === '') done(null, undefined);
    else void parseJson(request, text, done);
  });
}

/** Hook of a command whose body may be left out: nothing is taken as no options. */
export function optionalBody(request: { body: unknown }, _reply: unknown, done: () => void): void {
  request.body ??= {};
  done();
}
