import { createHmac } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGridfleet, type GridfleetProcess } from './processes.js';
import { Rest } from './rest.js';

export interface LedgerOrder {
  orderId: number | string;
  clientOrderId: string;
  symbol: string;
  side: string;
  price: string;
  quantity: string;
  executedQuantity: string;
  status: string;
  /** Exchange time of arrival, ms. */
  time: number;
}

export interface LedgerFill {
  tradeId: number | string;
  clientOrderId: string;
  side: string;
  price: string;
  quantity: string;
  commission: string;
  commissionAsset: string;
  maker: boolean;
}

export interface LedgerAccount {
  apiKey: string;
  start: Record<string, string>;
  balances: Record<string, { free: string; locked: string }>;
  /** Money that came or, below zero, went after the account was opened. */
  deposits: { asset: string; amount: string }[];
  orders: LedgerOrder[];
  fills: LedgerFill[];
}

export const TEST_KEY = 'e2eKey000000000000000000000000000000000000000000000000000000000k';
export const TEST_SECRET = 'e2eSecret0000000000000000000000000000000000000000000000000000s';

/** The simulator as its own process, with one account of 100,000 USDT and 1 BTC that pays 0.01 % maker. */
export class TestSimulator {
  private constructor(
    readonly process: GridfleetProcess,
    readonly url: string,
    readonly control: Rest,
  ) {}

  /**
   * @param markets as `--market` takes them; none plays the recorded BTCUSDT session
   * @param more further flags
   */
  static async start(
    speed: number,
    markets: readonly string[] = [],
    more: readonly string[] = [],
  ): Promise<TestSimulator> {
    const accounts = join(mkdtempSync(join(tmpdir(), 'gridfleet-sim-')), 'accounts.json');
    const balances = { USDT: '100000', BTC: '1' };
    const account = {
      apiKey: TEST_KEY,
      apiSecret: TEST_SECRET,
      balances,
      makerRate: '0.0001',
      takerRate: '0.001',
    };
    writeFileSync(accounts, JSON.stringify([account]));
    const args = ['sim', '--port', '0', '--speed', String(speed), '--accounts', accounts];
    if (markets.length === 0) args.push('--loop');
    for (const market of markets) args.push('--market', market);
    args.push(...more);
    const process = await startGridfleet(args);
    const url = String(process.ready['rest']);
    return new TestSimulator(process, url, new Rest(url));
  }

  async ledger(key = TEST_KEY): Promise<{ account: LedgerAccount; checks: unknown[] }> {
    const { body } = await this.control.get<{ accounts: LedgerAccount[]; checks: unknown[] }>(
      `/_sim/ledger?apiKey=${key}`,
    );
    const account = body.accounts.find(({ apiKey }) => apiKey === key);
    if (account === undefined) throw new Error(`the simulator does not know the account ${key}`);
    return { account, checks: body.checks };
  }

  async pause(paused: boolean): Promise<void> {
    await this.control.post('/_sim/replay', { paused });
  }

  /** Places an order as somebody else with the same keys would. */
  async placeForeign(clientOrderId: string, price: string): Promise<void> {
    const params = new URLSearchParams({
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.001',
      price,
      newClientOrderId: clientOrderId,
      timestamp: String(Date.now()),
    });
    const signature = createHmac('sha256', TEST_SECRET).update(params.toString()).digest('hex');
    const answer = await fetch(`${this.url}/api/v3/order?${params.toString()}&signature=${signature}`, {
      method: 'POST',
      headers: { 'x-mbx-apikey': TEST_KEY },
      signal: AbortSignal.timeout(5_000),
    });
    if (!answer.ok) throw new Error(`the foreign order was refused: ${await answer.text()}`);
  }
}
