import { createHmac } from 'node:crypto';
import type { AccountSpec } from '@gridfleet/sim';
import { HttpLoad, postText, type LoadRequest } from './http-load.js';
import { withServer, type ServerProcess } from './server-process.js';

export const CONNECTIONS = 16;
/** Accounts that a connection places orders for, one after the other. */
const ACCOUNTS_EACH = 16;
/** Below the 200 open orders a symbol may have. */
const ORDERS_EACH = 190;
const PATH = '/api/v3/order';
const WARM_UP_MS = 2000;
/** The two servers take turns, so that both meet the same moods of the machine. */
const TURNS = 6;
const TURN_MS = 500;

/** How one server did. */
export interface OrderRate {
  perSecond: number;
  p99Ms: number;
  /** CPU time of the server's process for each request that counted, µs. */
  cpuUs: number;
}

const accounts: AccountSpec[] = Array.from({ length: CONNECTIONS * ACCOUNTS_EACH }, (_, index) => ({
  apiKey: `bench-${index}`,
  apiSecret: `secret-${index}`,
  balances: { USDT: '10000000', BTC: '1000' },
  makerRate: '0.0001',
  takerRate: '0.001',
}));

function signed(account: AccountSpec, path: string, params: string, method: string): string {
  const body = `${params}&recvWindow=5000&timestamp=${Date.now()}`;
  const signature = createHmac('sha256', account.apiSecret).update(body).digest('hex');
  return postText(path, `${body}&signature=${signature}`, account.apiKey, method);
}

/**
 * Limit orders that rest, spread over 190 prices, for one account after the other. An account whose turn comes again
 * first cancels all of its own, which does not count.
 */
function orderFlow(): (connection: number) => LoadRequest {
  const sent = new Array<number>(CONNECTIONS).fill(0);
  const open = new Set<AccountSpec>();
  return (connection) => {
    const count = sent[connection] ?? 0;
    const place = count % ORDERS_EACH;
    const turn = Math.floor(count / ORDERS_EACH) % ACCOUNTS_EACH;
    const account = accounts[connection * ACCOUNTS_EACH + turn];
    if (!account) throw new RangeError(`no account for connection ${connection}`);
    if (place === 0 && open.delete(account)) {
      return { text: signed(account, '/api/v3/openOrders', 'symbol=BTCUSDT', 'DELETE'), counts: false };
    }
    open.add(account);
    sent[connection] = count + 1;
    const price = `${58_000 + place}.${10 + connection}`;
    const order = `symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=${price}`;
    const id = `&newClientOrderId=b-${connection}-${count}&newOrderRespType=FULL`;
    return { text: signed(account, PATH, order + id, 'POST'), counts: true };
  };
}

/** One server under the load of orders. */
class Contender {
  readonly #load: HttpLoad;
  readonly #times: number[] = [];
  #ms = 0;
  #cpuUs = 0;

  constructor(private readonly server: ServerProcess) {
    this.#load = new HttpLoad(server.port, CONNECTIONS, orderFlow());
  }

  async warmUp(): Promise<void> {
    await this.#load.run(WARM_UP_MS);
  }

  async turn(): Promise<void> {
    const before = await this.server.cpuUs();
    const { ms, times } = await this.#load.run(TURN_MS);
    this.#cpuUs += (await this.server.cpuUs()) - before;
    this.#ms += ms;
    for (const time of times) this.#times.push(time);
  }

  finish(): OrderRate {
    this.#load.close();
    const times = this.#times.sort((a, b) => a - b);
    return {
      perSecond: (times.length / this.#ms) * 1000,
      p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
      cpuUs: this.#cpuUs / times.length,
    };
  }
}

/** Signed orders at a bare HTTP echo and at the simulator, from one process over the same number of connections. */
export function orderRates(): Promise<{ echo: OrderRate; simulator: OrderRate }> {
  return withServer({ kind: 'http-echo', accounts: [], speed: 1 }, (echo) =>
    withServer({ kind: 'simulator', accounts, speed: 1 }, async (simulator) => {
      const contenders = { echo: new Contender(echo), simulator: new Contender(simulator) };
      await contenders.echo.warmUp();
      await contenders.simulator.warmUp();
      for (let turn = 0; turn < TURNS; turn++) {
        await contenders.echo.turn();
        await contenders.simulator.turn();
      }
      return { echo: contenders.echo.finish(), simulator: contenders.simulator.finish() };
    }),
  );
}
