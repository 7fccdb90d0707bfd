import { createHmac } from 'node:crypto';
import { Decimal } from '@gridfleet/shared/domain';
import { TEST_KEY, TEST_SECRET, type TestSimulator } from './simulator.js';

/** The account of the tests as the simulator's own books have it. */
export interface FuturesAccount {
  apiKey: string;
  totalWalletBalance: string;
  totalUnrealizedProfit: string;
  income: Record<string, string>;
  positions: { symbol: string; positionAmt: string; leverage: string; marginType: string }[];
}

/** The simulated exchange of contracts, as those see it who do not trade through the platform. */
export class FuturesExchange {
  constructor(readonly sim: TestSimulator) {}

  async control(path: string, body: unknown): Promise<void> {
    const answer = await this.sim.control.post(`/_sim/futures/${path}`, body);
    if (answer.status !== 200) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
  }

  /** Moves contracts, the mark price to the middle of the quotes, where grids value themselves, too. */
  async setPrice(price: string, ...symbols: string[]): Promise<void> {
    for (const symbol of symbols) {
      await this.control('price', { symbol, price });
      const { body } = await this.sim.control.get<{ bidPrice: string; askPrice: string }>(
        `/fapi/v1/ticker/bookTicker?symbol=${symbol}`,
      );
      const middle = new Decimal(body.bidPrice).plus(body.askPrice).div(2);
      await this.control('mark', { symbol, price: middle.toFixed() });
    }
  }

  async books(): Promise<{ account: FuturesAccount; checks: unknown[] }> {
    const { body } = await this.sim.control.get<{
      venues: { checks: unknown[]; accounts: FuturesAccount[] }[];
    }>('/_sim/futures');
    const [venue] = body.venues;
    const account = venue?.accounts.find(({ apiKey }) => apiKey === TEST_KEY);
    if (venue === undefined || account === undefined)
      throw new Error('the simulator does not know the account');
    return { account, checks: venue.checks };
  }

  /** An order as somebody else with the same keys would send it. */
  async orderByHand(params: Record<string, string>): Promise<void> {
    await this.#signed('POST', '/fapi/v1/order', params);
  }

  /** What new orders may use, and what open ones do, as the exchange tells the owner of the key. */
  async margin(): Promise<{ available: string; orders: string }> {
    const account = (await this.#signed('GET', '/fapi/v3/account', {})) as {
      availableBalance: string;
      totalOpenOrderInitialMargin: string;
    };
    return { available: account.availableBalance, orders: account.totalOpenOrderInitialMargin };
  }

  async #signed(method: 'GET' | 'POST', path: string, params: Record<string, string>): Promise<unknown> {
    const query = new URLSearchParams({ ...params, timestamp: String(Date.now()) }).toString();
    const signature = createHmac('sha256', TEST_SECRET).update(query).digest('hex');
    const answer = await fetch(`${this.sim.url}${path}?${query}&signature=${signature}`, {
      method,
      headers: { 'x-mbx-apikey': TEST_KEY },
      signal: AbortSignal.timeout(5_000),
    });
    if (!answer.ok) throw new Error(`${path} was refused: ${await answer.text()}`);
    return answer.json();
  }
}
