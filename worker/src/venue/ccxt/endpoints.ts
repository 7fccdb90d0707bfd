import type { Environment } from '@gridfleet/shared/schema';

/** Hosts of real money; only the `live` environment may reach them. */
const PRODUCTION = /(^|\.)binance\.(com|us|vision)$/;
const TESTNET =
  /(^|\.)(testnet\.binance\.vision|demo-api\.binance\.com|demo-fapi\.binance\.com|demo-stream\.binance\.com|binancefuture\.com)$/;

/**
 * Base URLs for ccxt's `urls.api`. The path of the spot stream must contain `/stream`, that of the futures stream must
 * not, and ends in `/ws`: ccxt tells spot from futures by it.
 */
export function simulatorUrls(origin: string): Record<string, unknown> {
  const http = origin.replace(/\/$/, '');
  const ws = http.replace(/^http/, 'ws');
  return {
    public: `${http}/api/v3`,
    private: `${http}/api/v3`,
    v1: `${http}/api/v1`,
    sapi: `${http}/sapi/v1`,
    sapiV2: `${http}/sapi/v2`,
    sapiV3: `${http}/sapi/v3`,
    sapiV4: `${http}/sapi/v4`,
    fapiPublic: `${http}/fapi/v1`,
    fapiPrivate: `${http}/fapi/v1`,
    fapiPublicV2: `${http}/fapi/v2`,
    fapiPrivateV2: `${http}/fapi/v2`,
    fapiPublicV3: `${http}/fapi/v3`,
    fapiPrivateV3: `${http}/fapi/v3`,
    fapiData: `${http}/futures/data`,
    ws: {
      spot: `${ws}/stream/ws`,
      margin: `${ws}/stream/ws`,
      future: `${ws}/fstream/ws`,
      'ws-api': { spot: `${ws}/ws-api/v3` },
    },
  };
}

/**
 * Whether an environment may call this URL: `live` the exchange, `testnet` its test hosts, `sim` anything else.
 * Checked on every request, so that no configuration error sends a test order to the real exchange.
 */
export function mayReach(environment: Environment, url: string): boolean {
  const { hostname } = new URL(url);
  const testnet = TESTNET.test(hostname);
  const production = PRODUCTION.test(hostname) && !testnet;
  switch (environment) {
    case 'live':
      return production;
    case 'testnet':
      return testnet;
    case 'sim':
      return !production && !testnet;
    case 'paper':
      // Paper trades inside the worker; its prices come from a client of another environment.
      return false;
  }
}
