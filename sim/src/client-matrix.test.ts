import { readFileSync } from 'node:fs';
import { MainClient, USDMClient, type RestClientOptions } from 'binance';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FUTURES_WEIGHTS } from './futures/weights.js';
import { startSimulator, type Simulator } from './index.js';
import { ccxtClient, type CcxtBinance } from './testing/ccxt-client.js';
import { ccxtFutures, type CcxtUsdm } from './testing/ccxt-futures.js';
import { matrix, type Call, type CallState, type EndpointCalls } from './testing/client-calls.js';
import { FUTURES_CALLS } from './testing/futures-calls.js';
import { RestClient } from './testing/rest-client.js';
import { SPOT_CALLS } from './testing/spot-calls.js';
import { WEIGHTS } from './venue/weights.js';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const PAGE = new URL('../../docs/simulator.md', import.meta.url);

let simulator: Simulator;
let spot: { ccxt: CcxtBinance; binance: MainClient };
let futures: { ccxt: CcxtUsdm; binance: USDMClient };

beforeAll(async () => {
  const account = { balances: { USDT: '100000', BTC: '1' }, makerRate: '0', takerRate: '0' };
  simulator = await startSimulator({
    paused: true,
    accounts: ['ccxt', 'binance'].map((apiKey) => ({ ...account, apiKey, apiSecret: `${apiKey}-secret` })),
  });
  const keys = { apiKey: 'ccxt', secret: 'ccxt-secret' };
  const options: RestClientOptions = {
    baseUrl: simulator.url,
    api_key: 'binance',
    api_secret: 'binance-secret',
    disableTimeSync: true,
  };
  spot = { ccxt: ccxtClient(simulator, keys), binance: new MainClient(options) };
  futures = { ccxt: ccxtFutures(simulator, keys), binance: new USDMClient(options) };
  await Promise.all([spot.ccxt.loadMarkets(), futures.ccxt.loadMarkets()]);
});

afterAll(async () => {
  await Promise.all([spot.ccxt.close(), futures.ccxt.close()]);
  await simulator.close();
});

async function lastRequest(): Promise<number> {
  return (await requestsSince(0)).at(-1)?.id ?? 0;
}

interface Seen {
  id: number;
  method: string;
  path: string;
  status: number | null;
}

async function requestsSince(id: number): Promise<Seen[]> {
  const { body } = await new RestClient(simulator).send('GET', '/_sim/requests', `since=${id}&limit=1000`);
  return body['requests'] as Seen[];
}

/** Makes the call and sees from outside that the endpoint has served it. */
async function check<Client>(
  client: Client,
  route: string,
  { run }: Call<Client>,
  state: CallState,
): Promise<void> {
  const before = await lastRequest();
  await run(client, state);
  const served = (await requestsSince(before)).filter(({ status }) => status === 200);
  expect(served.map(({ method, path }) => `${method} ${path}`)).toContain(route);
}

function suite<Ccxt, Binance>(
  rows: readonly EndpointCalls<Ccxt, Binance>[],
  clients: () => { ccxt: Ccxt; binance: Binance },
): void {
  const states = { ccxt: { orderId: '', algoId: '' }, binance: { orderId: '', algoId: '' } };
  for (const { route, ccxt, binance } of rows) {
    it.skipIf(ccxt === null)(`${route} by ccxt`, async () => {
      if (ccxt) await check(clients().ccxt, route, ccxt, states.ccxt);
    });
    it.skipIf(binance === null)(`${route} by binance`, async () => {
      if (binance) await check(clients().binance, route, binance, states.binance);
    });
  }
}

describe('spot calls', () => suite(SPOT_CALLS, () => spot));
describe('USDT-M calls', () => suite(FUTURES_CALLS, () => futures));

describe('the documented matrix', () => {
  const page = readFileSync(PAGE, 'utf8');

  it.each([
    ['spot', matrix(SPOT_CALLS, Object.keys(WEIGHTS))],
    ['futures', matrix(FUTURES_CALLS, Object.keys(FUTURES_WEIGHTS))],
  ])('of %s is the calls made here, for every endpoint there is', (market, table) => {
    const documented = page.split(`<!-- ${market} calls -->\n\n`)[1]?.split('\n\n')[0] ?? '';
    const cells = (text: string): string[] => text.split('\n').map((line) => line.replace(/[ -]+/g, ' '));
    expect(cells(documented)).toEqual(cells(table));
  });
});
