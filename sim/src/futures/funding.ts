import { timesRate } from '../venue/units.js';
import type { FuturesMarket } from './futures-market.js';
import { direction, notionalAt } from './position.js';
import type { Trader } from './trader.js';
import type { WalletBook } from './wallet-book.js';

/** Settles funding: at a positive rate longs pay, shorts receive, notional at the mark price × rate. */
export class Funding {
  readonly #next = new Map<FuturesMarket, number>();

  constructor(
    private readonly wallets: WalletBook,
    private readonly traders: () => Iterable<Trader>,
  ) {}

  /** Settles every contract whose time has come. */
  tick(markets: readonly FuturesMarket[], now: number): void {
    for (const market of markets) {
      const next = this.#next.get(market);
      if (next !== undefined && now >= next) this.settle(market, now);
      if (next === undefined || now >= next) this.#next.set(market, market.nextFundingTime(now));
    }
  }

  settle(market: FuturesMarket, now: number): void {
    const { rules, funding } = market;
    const mark = market.mark.value;
    market.fundingHistory.push({ rate: funding.rate, time: now, mark });
    for (const trader of this.traders()) {
      for (const position of trader.openPositions(rules.symbol)) {
        const fee = timesRate(notionalAt(position, mark), funding.rate) * BigInt(direction(position));
        if (fee === 0n) continue;
        this.wallets.book(trader, { type: 'FUNDING_FEE', symbol: rules.symbol, amount: -fee });
        const { isolated } = trader.settings(rules.symbol);
        if (isolated) position.isolatedWallet -= fee;
        this.wallets.tell(trader, 'FUNDING_FEE', { change: -fee, positions: isolated ? [position] : [] });
      }
    }
  }
}
