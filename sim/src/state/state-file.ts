import { depositRecord, fillRecord, orderRecord } from '../ledger/records.js';
import type { DepositRecord, FillRecord, OrderRecord } from '../ledger/records.js';
import type { MarketSource } from '../market/source.js';
import type { DepositEvent, OrderEvent, VenueListener } from '../venue/events.js';
import { isOpen } from '../venue/order.js';
import type { SpotVenue } from '../venue/spot-venue.js';
import { unitsText } from '../venue/units.js';
import { KeptFile, type Kept } from './kept-file.js';

const VERSION = 2;

/** One line of a spot venue's journal. */
export type JournalEntry =
  | { kind: 'deposit'; record: DepositRecord }
  | { kind: 'order'; record: OrderRecord }
  | { kind: 'fill'; record: FillRecord };

/** Where a market and its data are. */
export interface SavedMarket {
  updateId: number;
  nextTradeId: number;
  /** Position in the data, ms. */
  position: number;
}

/** What is saved of a spot venue besides the journal. Amounts are decimal texts. */
export interface SavedState extends Kept {
  nextOrderId: number;
  markets: Record<string, SavedMarket>;
  accounts: {
    apiKey: string;
    apiSecret: string;
    makerRate: string;
    takerRate: string;
    bnbFees?: boolean;
    balances: Record<string, { free: string; locked: string }>;
  }[];
  openOrders: OrderRecord[];
}

/** Keeps a spot venue on disk. */
export class StateFile extends KeptFile<SavedState, JournalEntry> implements VenueListener {
  /** @param kept the venue and the sources of its markets, asked for at each save. */
  constructor(path: string, kept: () => { venue: SpotVenue; sources: readonly MarketSource[] }) {
    super(path, VERSION, (journalBytes) => {
      const { venue, sources } = kept();
      return stateOf(venue, sources, journalBytes);
    });
  }

  deposit(event: DepositEvent): void {
    this.note({ kind: 'deposit', record: depositRecord(event) });
  }

  order({ order, fill }: OrderEvent): void {
    this.note(fill && { kind: 'fill', record: fillRecord(fill) });
    if (!isOpen(order)) this.note({ kind: 'order', record: orderRecord(order) });
  }
}

function stateOf(venue: SpotVenue, sources: readonly MarketSource[], journalBytes: number): SavedState {
  return {
    version: VERSION,
    venue: venue.name,
    journalBytes,
    nextOrderId: venue.trading.nextOrderId,
    markets: savedMarkets(venue.markets(), sources),
    accounts: venue.accounts.all().map((account) => ({
      apiKey: account.apiKey,
      apiSecret: account.apiSecret,
      makerRate: unitsText(account.makerRate),
      takerRate: unitsText(account.takerRate),
      bnbFees: account.bnbFees,
      balances: Object.fromEntries(
        account.balances
          .entries()
          .map(([asset, { free, locked }]) => [asset, { free: unitsText(free), locked: unitsText(locked) }]),
      ),
    })),
    openOrders: venue.accounts
      .all()
      .flatMap((account) => venue.store.allOpen(account))
      .sort((a, b) => a.orderId - b.orderId)
      .map(orderRecord),
  };
}

/** Where markets are, by symbol. */
export function savedMarkets(
  markets: readonly { rules: { symbol: string }; updateId: number; nextTradeId: number }[],
  sources: readonly MarketSource[],
): Record<string, SavedMarket> {
  const positions = new Map(sources.map((source) => [source.symbol, source.position]));
  return Object.fromEntries(
    markets.map(({ rules: { symbol }, updateId, nextTradeId }) => [
      symbol,
      { updateId, nextTradeId, position: positions.get(symbol) ?? 0 },
    ]),
  );
}
