import { sign } from '../venue/signature.js';
import type { Simulator } from '../simulator-options.js';

export interface RestAnswer {
  status: number;
  headers: Headers;
  body: Record<string, unknown> & { code?: number; msg?: string };
}

/** Sends requests as they are, wrong ones too. */
export class RestClient {
  constructor(
    private readonly simulator: Simulator,
    private readonly apiKey = simulator.accounts[0]?.apiKey ?? '',
    private readonly secret = simulator.accounts[0]?.apiSecret ?? '',
  ) {}

  async send(method: string, path: string, query = '', apiKey = this.apiKey): Promise<RestAnswer> {
    const response = await fetch(`${this.simulator.url}${path}${query === '' ? '' : `?${query}`}`, {
      method,
      headers: apiKey === '' ? {} : { 'X-MBX-APIKEY': apiKey },
      signal: AbortSignal.timeout(5000),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as RestAnswer['body'],
    };
  }

  /** Signed with the account's secret; a timestamp of now unless the parameters bring one. */
  signed(method: string, path: string, params: Record<string, string> = {}): Promise<RestAnswer> {
    const query = new URLSearchParams({ timestamp: String(Date.now()), ...params }).toString();
    return this.send(method, path, `${query}&signature=${sign(query, this.secret)}`);
  }
}
