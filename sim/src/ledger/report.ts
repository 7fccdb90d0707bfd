import type { Account } from '../account/accounts.js';
import type { SpotVenue } from '../venue/spot-venue.js';
import type { SymbolRules } from '../venue/rules.js';
import { toUnits, unitsText } from '../venue/units.js';
import { checkAccount, type Violation } from './checks.js';
import type { Ledger } from './ledger.js';
import type { DepositRecord, FillRecord, OrderRecord } from './records.js';

/** One account in the answer of `GET /_sim/ledger`. */
export interface AccountReport {
  venue: string;
  apiKey: string;
  makerRate: string;
  takerRate: string;
  /** What the account was opened with, by asset. */
  start: Record<string, string>;
  balances: Record<string, { free: string; locked: string }>;
  deposits: DepositRecord[];
  orders: OrderRecord[];
  fills: FillRecord[];
}

export interface LedgerReport {
  accounts: AccountReport[];
  /** Sums that do not agree; empty when the ledger is balanced. */
  checks: Violation[];
}

/** The ledger of some accounts, with its checks. */
export function ledgerReport(
  venue: SpotVenue,
  ledger: Ledger,
  rules: ReadonlyMap<string, SymbolRules>,
  accounts: readonly Account[],
): LedgerReport {
  const assetsOf = (symbol: string): { base: string; quote: string } => {
    const found = rules.get(symbol);
    if (!found) throw new Error(`the ledger has orders in ${symbol}, which has no trading rules`);
    return found;
  };
  return {
    accounts: accounts.map((account) => accountReport(venue, ledger, account)),
    checks: accounts.flatMap((account) =>
      checkAccount(
        account.apiKey,
        ledger.records(account.apiKey),
        new Map(account.balances.entries()),
        assetsOf,
      ),
    ),
  };
}

function accountReport(venue: SpotVenue, ledger: Ledger, account: Account): AccountReport {
  const { deposits, orders, fills } = ledger.records(account.apiKey);
  const start: Record<string, string> = {};
  for (const { asset, amount, opening } of deposits) {
    if (opening) start[asset] = unitsText(toUnits(start[asset] ?? '0') + toUnits(amount));
  }
  return {
    venue: venue.name,
    apiKey: account.apiKey,
    makerRate: unitsText(account.makerRate),
    takerRate: unitsText(account.takerRate),
    start,
    balances: Object.fromEntries(
      account.balances
        .entries()
        .map(([asset, { free, locked }]) => [asset, { free: unitsText(free), locked: unitsText(locked) }]),
    ),
    deposits: deposits.filter(({ opening }) => !opening),
    orders: [...orders.values()],
    fills,
  };
}
