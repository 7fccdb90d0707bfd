import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from '../index.js';
import { parseMarketSpec } from '../market/market-spec.js';
import { control } from './control-client.js';
import { RestClient, type RestAnswer } from './rest-client.js';
import { StreamClient } from './stream-client.js';

const DOC = readFileSync(new URL('../../../docs/simulator-faults.md', import.meta.url), 'utf8');
/** The example of each fault in the documentation. */
export const EXAMPLES: ReadonlyMap<string, string> = new Map(
  [...DOC.matchAll(/^### (F\d+) [^\n]+\n\n```json\n(.*?)\n```/gms)].map(([, id = '', json = '']) => [
    id,
    json,
  ]),
);

const SYMBOL = { symbol: 'BTCUSDT' };
/** A purchase that rests. */
export const LIMIT = {
  ...SYMBOL,
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.001',
  price: '50000',
};
const MARKET = { ...SYMBOL, side: 'BUY', type: 'MARKET', quantity: '0.001' };

/** Status and error code of an answer. */
export const codeOf = ({ status, body }: RestAnswer): unknown[] => [status, body.code];

/** One account on a simulator of its own, with what the scenarios of faults ask again and again. */
export class FaultBench {
  readonly client: RestClient;
  readonly #streams: StreamClient[] = [];

  private constructor(readonly simulator: Simulator) {
    this.client = new RestClient(simulator);
  }

  static async open(): Promise<FaultBench> {
    const markets = [parseMarketSpec('BTCUSDT=manual:60000')];
    return new FaultBench(await startSimulator({ seed: 7, markets }));
  }

  async close(): Promise<void> {
    for (const { ws } of this.#streams.splice(0)) ws.terminate();
    await this.simulator.close();
  }

  place(more: Record<string, string> = {}): Promise<RestAnswer> {
    return this.client.signed('POST', '/api/v3/order', { ...LIMIT, ...more });
  }

  query(id: string): Promise<RestAnswer> {
    return this.client.signed('GET', '/api/v3/order', { ...SYMBOL, origClientOrderId: id });
  }

  cancel(id: string): Promise<RestAnswer> {
    return this.client.signed('DELETE', '/api/v3/order', { ...SYMBOL, origClientOrderId: id });
  }

  /** Buys at the market. */
  trade(): Promise<RestAnswer> {
    return this.client.signed('POST', '/api/v3/order', MARKET);
  }

  async open(): Promise<Record<string, unknown>[]> {
    const { body } = await this.client.signed('GET', '/api/v3/openOrders', SYMBOL);
    return body as unknown as Record<string, unknown>[];
  }

  async ask(): Promise<number> {
    const { body } = await this.client.send('GET', '/api/v3/ticker/bookTicker', 'symbol=BTCUSDT');
    return Number(body['askPrice']);
  }

  /** Listens to the account. */
  async user(): Promise<StreamClient> {
    const stream = await StreamClient.user(this.simulator);
    this.#streams.push(stream);
    return stream;
  }

  /** Listens to the market. */
  async quotes(): Promise<StreamClient> {
    const stream = await StreamClient.connect(this.simulator, '/ws/btcusdt@bookTicker');
    this.#streams.push(stream);
    return stream;
  }
}

/** By fault; `fault()` posts the documented example. */
export type Scenarios = Record<string, (bench: FaultBench, fault: () => Promise<void>) => Promise<void>>;

/** A test for each scenario: the example is taken, does what the scenario says, and every rule of it met something. */
export function examplesDo(scenarios: Scenarios): void {
  vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });
  let bench: FaultBench;

  beforeEach(async () => {
    bench = await FaultBench.open();
  });
  afterEach(() => bench.close());

  it.each(Object.entries(scenarios))('%s does what its documented example says', async (id, scenario) => {
    const { simulator } = bench;
    await scenario(bench, async () => {
      const example = EXAMPLES.get(id)?.replaceAll('API-KEY', simulator.accounts[0]?.apiKey ?? '');
      const posted = await control(simulator, 'POST', '/faults', example);
      expect([posted.status, posted.body.error]).toEqual([200, undefined]);
    });
    const { body } = await control(simulator, 'GET', '/faults');
    for (const rule of body['rules'] as { applied: number; failed?: string }[]) {
      expect(rule.failed).toBeUndefined();
      expect(rule.applied).toBeGreaterThan(0);
    }
  });
}
