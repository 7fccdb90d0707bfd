const MOST_HOPS = 20;
const DEADLINE_MS = 10_000;

/** What a browser does in a sign-in, without one: follows redirects, keeps cookies for each host, sends forms. */
export class BrowserJar {
  readonly #cookies = new Map<string, Map<string, string>>();

  cookiesFor(url: string): string {
    const jar = this.#cookies.get(new URL(url).host);
    return [...(jar ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** @returns the last page, and where it is */
  async go(
    url: string,
    form?: Record<string, string>,
  ): Promise<{ url: string; status: number; body: string }> {
    let at = url;
    let body = form === undefined ? null : new URLSearchParams(form);
    for (let hop = 0; hop < MOST_HOPS; hop += 1) {
      const answer: Response = await fetch(at, {
        redirect: 'manual',
        method: body === null ? 'GET' : 'POST',
        body,
        headers: { cookie: this.cookiesFor(at), accept: 'text/html' },
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      this.#keep(at, answer.headers.getSetCookie());
      const location = answer.headers.get('location');
      if (location === null) return { url: at, status: answer.status, body: await answer.text() };
      at = new URL(location, at).href;
      body = null;
    }
    throw new Error(`redirected ${MOST_HOPS} times, last to ${at}`);
  }

  #keep(url: string, lines: readonly string[]): void {
    const { host } = new URL(url);
    const jar = this.#cookies.get(host) ?? new Map<string, string>();
    this.#cookies.set(host, jar);
    for (const line of lines) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
  }
}
