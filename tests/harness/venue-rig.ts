import { createLogger } from '@gridfleet/shared/infra';
import type { Market, Side } from '@gridfleet/shared/domain';
import type { Simulator } from '@gridfleet/sim';
import type { VenueGate } from '../../worker/src/budget/venue-gate.js';
import { BinanceAccount } from '../../worker/src/venue/ccxt/binance-account.js';
import { createBinance } from '../../worker/src/venue/ccxt/binance-client.js';
import type { HookedBinance } from '../../worker/src/venue/ccxt/hooked-binance.js';
import { BinanceMarkets } from '../../worker/src/venue/ccxt/binance-markets.js';
import { loadBinance } from '../../worker/src/venue/ccxt/load-ccxt.js';
import type { QuoteTimes } from '../../worker/src/venue/ccxt/quote-stream.js';
import { ClockWatch } from '../../worker/src/venue/clock-watch.js';
import type { StreamTimes } from '../../worker/src/venue/stream/supervised-stream.js';
import type { PlaceOutcome, SendGuard } from '../../worker/src/venue/venue.js';
import { StreamProxy } from './stream-proxy.js';

export const RIG_SYMBOL = 'BTC/USDT';
const log = createLogger('test', 'fatal');
/** Rigs share simulators, and client order ids must not come back. */
let generation = 0;

export interface Keys {
  apiKey: string;
  secret: string;
}

export interface BidRequest {
  side?: Side;
  quantity?: string;
  guard?: SendGuard;
}

export interface RigOptions {
  times?: Partial<StreamTimes>;
  quotes?: QuoteTimes;
  gate?: VenueGate;
  /** The machine's wall clock, as the clock watch sees it. */
  wall?: () => number;
}

/** Our venue adapter on a simulator, with a proxy in between that does what exchanges do. */
export class VenueRig {
  private constructor(
    readonly proxy: StreamProxy,
    readonly markets: BinanceMarkets,
    readonly market: Market,
    readonly clock: ClockWatch,
    readonly makeAccount: (times: Partial<StreamTimes>, keys?: Keys) => BinanceAccount,
    readonly account: BinanceAccount,
  ) {}

  static async open(simulator: Simulator, options: RigOptions = {}): Promise<VenueRig> {
    const { times = {}, quotes = {}, gate, wall } = options;
    const proxy = await StreamProxy.start(simulator.url);
    const { Binance, errors } = await loadBinance();
    const clock = new ClockWatch({
      ask: async () => Number((await source.publicGetTime()).serverTime),
      log,
      ...(wall === undefined ? {} : { wall }),
    });
    const client = (credentials: Keys | null): HookedBinance =>
      createBinance(Binance, {
        environment: 'sim',
        simUrl: proxy.url,
        credentials,
        clock,
        account: 'rig',
        ...(gate === undefined ? {} : { gate }),
      });
    const source = client(null);
    const markets = new BinanceMarkets(source, errors, clock, () => client(null), { ...times, ...quotes });
    const loaded = await markets.source();
    const market = await markets.market(RIG_SYMBOL);
    const [owner] = simulator.accounts;
    if (market === null || owner === undefined) throw new Error('the simulator has no market or no account');
    const makeAccount = (
      streamTimes: Partial<StreamTimes>,
      keys: Keys = { apiKey: owner.apiKey, secret: owner.apiSecret },
    ): BinanceAccount => {
      const shared = (): HookedBinance => {
        const made = client(keys);
        made.setMarketsFromExchange(loaded);
        return made;
      };
      return new BinanceAccount(shared(), errors, clock, shared, streamTimes);
    };
    return new VenueRig(proxy, markets, market, clock, makeAccount, makeAccount(times));
  }

  nextId(): string {
    generation += 1;
    return `gfrig${process.pid}n${generation}`;
  }

  /** Places an order 10 % away from the market, which rests. */
  async place({ side = 'buy', quantity = '0.001', guard = () => undefined }: BidRequest = {}): Promise<{
    clientOrderId: string;
    outcome: PlaceOutcome;
  }> {
    const { bid } = await this.markets.quote(RIG_SYMBOL);
    const whole = BigInt(bid.split('.')[0] ?? '0');
    const price = ((whole * (side === 'buy' ? 9n : 11n)) / 10n).toString();
    const clientOrderId = this.nextId();
    const order = { market: this.market, clientOrderId, side, price, quantity };
    const outcome = await this.account.place(
      { ...order, type: 'limit', timeInForce: 'GTC', postOnly: false },
      guard,
    );
    return { clientOrderId, outcome };
  }

  async close(): Promise<void> {
    await Promise.all([this.account.close(), this.markets.close()]);
    await this.proxy.close();
  }
}
