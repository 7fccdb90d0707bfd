import type { AlgoOrder } from '../futures/algo-order.js';
import type { FuturesListener, FuturesOrderEvent, Income } from '../futures/events.js';
import type { FuturesVenue } from '../futures/futures-venue.js';
import { isOpen } from '../futures/order.js';
import type { MarketSource } from '../market/source.js';
import {
  algoState,
  fillState,
  incomeState,
  orderState,
  traderState,
  type AlgoState,
  type FillState,
  type IncomeState,
  type OrderState,
  type TraderState,
} from './futures-records.js';
import { KeptFile, type Kept } from './kept-file.js';
import { savedMarkets, type SavedMarket } from './state-file.js';

const VERSION = 1;

/** One line of a futures venue's journal. */
export type FuturesEntry =
  | { kind: 'order'; record: OrderState }
  | { kind: 'fill'; record: FillState }
  | { kind: 'income'; record: IncomeState }
  | { kind: 'algo'; record: AlgoState };

/** What is saved of a futures venue besides the journal. */
export interface SavedFutures extends Kept {
  nextOrderId: number;
  nextAlgoId: number;
  nextTranId: number;
  markets: Record<string, SavedMarket>;
  traders: TraderState[];
  openOrders: OrderState[];
  /** Conditional orders that wait, or whose orders are open. */
  openAlgos: AlgoState[];
}

/** Whether a conditional order may still change. */
function isLive({ status }: AlgoOrder): boolean {
  return status === 'NEW' || status === 'TRIGGERING' || status === 'TRIGGERED';
}

/** Keeps a futures venue on disk: wallets, positions and settings, orders, conditional orders, fills and income. */
export class FuturesStateFile
  extends KeptFile<SavedFutures, FuturesEntry>
  implements Omit<FuturesListener, 'marginCall'>
{
  /** @param kept the venue and the sources of its contracts, asked for at each save. */
  constructor(path: string, kept: () => { venue: FuturesVenue; sources: readonly MarketSource[] }) {
    super(path, VERSION, (journalBytes) => {
      const { venue, sources } = kept();
      return stateOf(venue, sources, journalBytes);
    });
  }

  order({ order, fill }: FuturesOrderEvent): void {
    this.note(fill && { kind: 'fill', record: fillState(fill) });
    if (!isOpen(order)) this.note({ kind: 'order', record: orderState(order) });
  }

  income(income: Income): void {
    this.note({ kind: 'income', record: incomeState(income) });
  }

  algo(order: AlgoOrder): void {
    this.note(isLive(order) ? undefined : { kind: 'algo', record: algoState(order) });
  }

  account(): void {
    this.note();
  }

  config(): void {
    this.note();
  }

  settings(): void {
    this.note();
  }
}

function stateOf(venue: FuturesVenue, sources: readonly MarketSource[], journalBytes: number): SavedFutures {
  const traders = venue.traders();
  return {
    version: VERSION,
    venue: venue.name,
    journalBytes,
    nextOrderId: venue.trading.nextOrderId,
    nextAlgoId: venue.algos.nextAlgoId,
    nextTranId: venue.wallets.nextTranId,
    markets: savedMarkets(
      venue.markets().map(({ book }) => book),
      sources,
    ),
    traders: traders.map(traderState),
    openOrders: traders
      .flatMap((trader) => venue.store.open(trader))
      .sort((a, b) => a.orderId - b.orderId)
      .map(orderState),
    openAlgos: traders
      .flatMap((trader) => venue.algoStore.orders(trader))
      .filter(isLive)
      .map(algoState),
  };
}
