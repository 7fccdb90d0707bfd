import { createApiClient, type CommandingClient } from '../up/api-client.js';
import { UserError } from '../user-error.js';

const DEFAULT_URL = 'http://127.0.0.1:8420';

/**
 * The API a command talks to: GRIDFLEET_URL, by default this machine's; GRIDFLEET_TOKEN, when there is a gateway.
 * Refusals come with the API's own words.
 */
export function remoteApi(env: NodeJS.ProcessEnv = process.env): CommandingClient {
  const url = env['GRIDFLEET_URL'] || DEFAULT_URL;
  if (!URL.canParse(url)) throw new UserError(`GRIDFLEET_URL "${url}" is not an address.`);
  const client = createApiClient(url, env['GRIDFLEET_TOKEN']);
  const plainly = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw new UserError(reasonOf(error, url), { cause: error });
    }
  };
  return {
    get: (path) => plainly(client.get(path)),
    post: (path, body) => plainly(client.post(path, body)),
    put: (path, body) => plainly(client.put(path, body)),
  };
}

function reasonOf(error: unknown, url: string): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `${url} did not answer in time.`;
  if (error instanceof TypeError)
    return `${url} cannot be reached. GRIDFLEET_URL says where the API is (${url} without it).`;
  const body = /^[A-Z]+ \S+ answered \d+: (.*)$/s.exec(error.message)?.[1];
  return body === undefined ? error.message : fromBody(body, error.message);
}

/** The API's error envelope as one sentence. */
function fromBody(body: string, otherwise: string): string {
  try {
    const { code, message } = JSON.parse(body) as { code?: string; message?: string };
    if (code === 'UNAUTHENTICATED')
      return `${message ?? code}. Make a token in the web UI or with POST /api/tokens and set GRIDFLEET_TOKEN.`;
    return code === undefined ? otherwise : `${message ?? ''} (${code})`;
  } catch {
    return otherwise; // not JSON: a proxy in between has answered
  }
}
