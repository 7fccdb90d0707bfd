import { afterEach, describe, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from './index.js';
import { parseMarketSpec } from './market/market-spec.js';
import { control } from './testing/control-client.js';
import { RestClient } from './testing/rest-client.js';

vi.setConfig({ testTimeout: 20_000 });

let simulator: Simulator;

afterEach(() => simulator.close());

/** A client of an account that pays 0.1 % and has so much BNB, which costs about 500 USDT. */
async function client(bnb: string, bnbFees = true): Promise<RestClient> {
  const account = { apiKey: 'key', apiSecret: 'secret', makerRate: '0.001', takerRate: '0.001', bnbFees };
  simulator = await startSimulator({
    markets: ['BTCUSDT=manual:60000', 'BNBUSDT=manual:500'].map(parseMarketSpec),
    accounts: [{ ...account, balances: { USDT: '100000', BTC: '1', BNB: bnb } }],
  });
  return new RestClient(simulator);
}

async function buy(api: RestClient, symbol = 'BTCUSDT', quantity = '0.01') {
  const order = { symbol, side: 'BUY', type: 'MARKET', quantity };
  const { body } = await api.signed('POST', '/api/v3/order', order);
  return (body['fills'] as { price: string; commission: string; commissionAsset: string }[])[0];
}

describe('commissions', () => {
  it('are taken in BNB at three quarters of the rate when the account wants that', async () => {
    const fill = await buy(await client('1'));
    // 0.01 BTC at about 60,000 is 600 USDT; 0.075 % of it is 0.45 USDT, which is 0.0009 BNB.
    expect(fill?.commissionAsset).toBe('BNB');
    expect(fill?.commission).toMatch(/^0\.000(89|90)/);
    expect((await control(simulator, 'GET', '/invariants')).body).toMatchObject({ ok: true });
    const { body } = await control(simulator, 'GET', '/ledger');
    const balance = (body['accounts'] as { balances: Record<string, { free: string }> }[])[0]?.balances[
      'BNB'
    ];
    expect(balance?.free).toMatch(/^0\.9991/);
  });

  it.each([
    ['there is too little BNB', '0.00001', true],
    ['the account does not want BNB', '1', false],
  ])('are taken from what is received when %s', async (_why, bnb, wants) => {
    const fill = await buy(await client(bnb, wants));
    expect(fill).toMatchObject({ commission: '0.00001000', commissionAsset: 'BTC' });
    expect((await control(simulator, 'GET', '/invariants')).body).toMatchObject({ ok: true });
  });

  it('of bought BNB are discounted without a price', async () => {
    const fill = await buy(await client('0'), 'BNBUSDT', '1');
    expect(fill).toMatchObject({ commission: '0.00075000', commissionAsset: 'BNB' });
  });
});
