/** An answer of the API, whatever its status. */
export interface Answer<T> {
  status: number;
  body: T;
}

const DEADLINE_MS = 20_000;

/** A small JSON client for tests: no retries, errors come back as answers. */
export class Rest {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  get<T>(path: string): Promise<Answer<T>> {
    return this.send<T>('GET', path);
  }

  /** @param deadlineMs of requests that do much, such as a batch */
  post<T>(path: string, body?: unknown, deadlineMs = DEADLINE_MS): Promise<Answer<T>> {
    return this.send<T>('POST', path, body, deadlineMs);
  }

  async send<T>(method: string, path: string, body?: unknown, deadlineMs = DEADLINE_MS): Promise<Answer<T>> {
    return this.raw<T>(method, path, body === undefined ? undefined : JSON.stringify(body), deadlineMs);
  }

  /** Sends a body as it is, malformed ones too. */
  async raw<T>(method: string, path: string, body?: string, deadlineMs = DEADLINE_MS): Promise<Answer<T>> {
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      signal: AbortSignal.timeout(deadlineMs),
      ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as T };
  }
}
