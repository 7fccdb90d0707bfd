import type { DecimalString, Market, Reason } from '@gridfleet/shared/domain';
import type { Logger } from '@gridfleet/shared/infra';
import type { OrderReport, VenueAccount } from '../venue/venue.js';
import { AccountCheck } from './account-check.js';
import type { AccountStore } from './account-store.js';
import { ContractCheck, type Held } from './contract-check.js';
import type { ContractBooks } from './contract-books.js';
import { adoptedRow } from './intent.js';
import type { LiveOrder } from './live-order.js';
import type { Mailbox } from './mailbox.js';
import type { OrderSender } from './order-sender.js';
import { inspectVenue } from './reconcile.js';
import type { RunStore } from './run-store.js';
import { sharedOrders } from './shared-orders.js';
import type { RunFrame } from './step.js';
import { saltsOf } from './step-types.js';

/** Overlap of two passes over the trade history, ms: clocks differ, trades are listed late. */
export const HISTORY_OVERLAP_MS = 60_000;

/** How often the end of the booked history is stored, ms: the next owner reads so much more of it at most. */
const HISTORY_STORED_EVERY_MS = 60_000;

export interface InspectionDeps {
  frame: RunFrame;
  store: RunStore;
  accounts: AccountStore;
  books: ContractBooks;
  mailbox: Mailbox;
  sender: OrderSender;
  account(leg: number): VenueAccount;
  orders(): ReadonlyMap<string, LiveOrder>;
  /** Base the strategy holds by its fills. */
  position(): DecimalString;
  /** What the strategy holds of a leg's contract by its fills. */
  held(leg: number): Held;
  /** Looks at the stops of a leg. @returns whether one turned out to have been triggered */
  stopTraded(leg: number): Promise<boolean>;
  /** Funding before this is booked, ms since epoch. */
  fundingFrom: number;
  /** What keeps the strategy from opening whatever is found; null for nothing. */
  standing: Reason | null;
  /** Highest generation of the strategy when the run was loaded. */
  lastGeneration: number;
  /** Trades before this are booked, ms since epoch. */
  historyFrom: number;
  log: Logger;
}

/** Looks at everything the venue has of one run and its accounts; what it finds comes as letters. */
export class Inspection {
  readonly #deps: InspectionDeps;
  readonly #check: AccountCheck;
  readonly #contracts: ContractCheck;
  #historyFrom: number;
  /** End of the booked trade history that is not stored yet, ms. */
  #historyBooked: number | null = null;
  #historyStoredAt = performance.now();
  #isLooking = false;
  /** A look has been asked for that has not begun: one under way may have missed what it is wanted for. */
  #isWanted = false;

  constructor(deps: InspectionDeps) {
    this.#deps = deps;
    this.#historyFrom = deps.historyFrom;
    const { accounts: store, books, fundingFrom, standing, log } = deps;
    const { strategyId } = deps.frame;
    const salt = saltsOf(deps.frame);
    this.#contracts = new ContractCheck({ store, books, strategyId, salt, fundingFrom, standing, log });
    this.#check = new AccountCheck({
      store: deps.accounts,
      strategyId: deps.frame.strategyId,
      adopt: (leg, report) => this.#adopt(leg, report),
      log: deps.log,
    });
  }

  /** One pass, complete or an error: the first thing that fails ends it. Never two at once. */
  async look(): Promise<void> {
    this.#isWanted = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      while (this.#takeWanted()) {
        const startedAt = Date.now();
        await this.#storeHistory();
        for (const [leg, { market }] of this.#deps.frame.context.legs.entries()) {
          await this.#lookAtLeg(leg, market);
        }
        this.#deps.mailbox.put({ type: 'inspected', startedAt });
      }
    } finally {
      this.#isLooking = false;
    }
  }

  /** The account has changed in a way that is worth a look. */
  suspect(cause: string): void {
    if (cause === 'FUNDING_FEE') this.#contracts.expectFunding();
  }

  /** All letters of the look that began then have been booked. */
  booked(startedAt: number): void {
    this.#historyBooked = startedAt - HISTORY_OVERLAP_MS;
  }

  #takeWanted(): boolean {
    const wanted = this.#isWanted;
    this.#isWanted = false;
    return wanted;
  }

  async #lookAtLeg(leg: number, market: Market): Promise<void> {
    const { frame, sender, mailbox } = this.#deps;
    const startedAt = Date.now();
    const orders = [...this.#deps.orders().values()].filter(
      ({ row }) => !row.isFinal && row.leg === leg && !sender.isInFlight(row.clientOrderId),
    );
    const account = this.#deps.account(leg);
    const checked = { accountId: frame.accountIds[leg] ?? 0, market, account };
    const salts = saltsOf(frame);
    const isKnown = (id: string): boolean => this.#deps.orders().has(id);
    const findings = await inspectVenue(
      account,
      market.symbol,
      orders,
      this.#historyFrom,
      salts,
      isKnown,
      startedAt,
      (id) => sharedOrders(account).hasOpen(id),
    );
    const strangers = await this.#check.strangers(leg, checked, findings, this.#lastGeneration());
    for (const report of strangers.cancel) sender.cancelStranger(leg, report);
    const reports = [...findings.reports, ...strangers.adopt];
    const letter = { type: 'findings', findings: { ...findings, reports }, startedAt } as const;
    mailbox.put({ ...letter, cause: 'RECONCILIATION' });
    const { futures } = account;
    if (futures === undefined) {
      if (leg === 0) await this.#check.position(leg, checked, this.#deps.position());
      return;
    }
    await this.#check.margin(checked);
    const { funding, inDoubt } = await this.#contracts.look(
      { leg, ...checked, futures, stopTraded: () => this.#deps.stopTraded(leg) },
      findings.trades,
      () => this.#deps.held(leg),
    );
    if (funding.length > 0) mailbox.put({ type: 'funding', leg, payments: funding });
    if (inDoubt) mailbox.put({ type: 'suspicion', cause: 'POSITION_IN_DOUBT' });
  }

  async #storeHistory(): Promise<void> {
    if (this.#historyBooked === null) return;
    const { strategyId, fence } = this.#deps.frame;
    this.#historyFrom = Math.max(this.#historyFrom, this.#historyBooked);
    this.#historyBooked = null;
    if (performance.now() - this.#historyStoredAt < HISTORY_STORED_EVERY_MS) return;
    this.#historyStoredAt = performance.now();
    await this.#deps.store.historyChecked(strategyId, fence, new Date(this.#historyFrom));
  }

  #lastGeneration(): number {
    const known = [...this.#deps.orders().values()].map(({ row }) => row.generation);
    return known.reduce((last, generation) => Math.max(last, generation), this.#deps.lastGeneration);
  }

  async #adopt(leg: number, report: OrderReport): Promise<void> {
    const row = adoptedRow(this.#deps.frame, leg, report, new Date());
    if (row !== null) await this.#deps.store.adopt(row);
  }
}
