import type { DecimalString } from '@gridfleet/shared/domain';
import type { PaperRepository, PaperState } from '@gridfleet/shared/infra';
import { pause } from '../../util/pause.js';
import { withDeadline } from '../../util/deadline.js';
import { NotSentError, VenueError } from '../venue-error.js';
import type {
  AccountBalance,
  CancelOutcome,
  OrderLookup,
  OrderReport,
  PlaceOutcome,
  PlaceRequest,
  PrivateListener,
  SendGuard,
  VenueAccount,
  VenueFill,
  VenueTicks,
} from '../venue.js';
import { PaperLedger } from './paper-ledger.js';
import type { PaperLocks } from './paper-lock.js';
import { placePaper } from './paper-matching.js';
import { PaperMatcher, type FoundFill } from './paper-matcher.js';
import { fillOf, reportOf, reportsOf } from './paper-report.js';

/** Longest wait for the database. */
const DEADLINE_MS = 10_000;
/** How often changes by other processes are looked for; own changes wake at once. */
const POLL_MS = 500;
/** Pause after the database or the prices failed. */
const RETRY_MS = 2_000;
/** How long a placement may take from the guard on, as at the exchange. */
const VALID_MS = 2_000;

/**
 * A paper account: orders and balances in the database, matched against a venue's public prices. Any process may place
 * and cancel; resting orders are matched by the one that holds the account's lock while it watches.
 */
export class PaperAccount implements VenueAccount {
  readonly #id: number;
  readonly #books: PaperRepository;
  readonly #ticks: VenueTicks;
  readonly #locks: PaperLocks;
  #wake = new AbortController();
  #watching: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(accountId: number, books: PaperRepository, ticks: VenueTicks, locks: PaperLocks) {
    this.#id = accountId;
    this.#books = books;
    this.#ticks = ticks;
    this.#locks = locks;
  }

  async balances(): Promise<AccountBalance[]> {
    const rows = await this.#ask(this.#books.balances(this.#id));
    return rows.map(({ asset, free, locked }) => ({ asset, free, locked }));
  }

  async feeRates(_symbol: string): Promise<{ maker: DecimalString; taker: DecimalString }> {
    const { makerRate, takerRate } = await this.#ask(this.#books.account(this.#id));
    return { maker: makerRate, taker: takerRate };
  }

  async place(request: PlaceRequest, guard: SendGuard): Promise<PlaceOutcome> {
    let depth;
    try {
      depth = await this.#ticks.depth(request.market.symbol);
    } catch (error) {
      const code = error instanceof VenueError ? error.code : 'VENUE_UNAVAILABLE';
      return {
        phase: 'not-sent',
        reason: { code, message: `no prices to trade against: ${messageOf(error)}` },
      };
    }
    const signedAt = Date.now();
    try {
      guard(signedAt, VALID_MS);
    } catch (error) {
      if (!(error instanceof NotSentError)) throw error;
      return { phase: 'not-sent', reason: { code: error.code, message: error.message } };
    }
    try {
      return await this.#change((ledger) => {
        if (Date.now() > signedAt + VALID_MS) {
          return rejected(
            'CLOCK_OUT_OF_WINDOW',
            `the order came more than ${VALID_MS} ms after it was signed`,
          );
        }
        const placed = placePaper(ledger, request, depth);
        if ('order' in placed) return { phase: 'accepted', report: reportOf(placed.order) };
        // As at the exchange: an order with this id exists, perhaps this one, and only a query can tell.
        const phase = placed.refused.code === 'DUPLICATE_CLIENT_ORDER_ID' ? 'ambiguous' : 'rejected';
        return { phase, reason: placed.refused };
      });
    } catch (error) {
      return { phase: 'ambiguous', reason: { code: 'VENUE_UNAVAILABLE', message: messageOf(error) } };
    }
  }

  async cancel(symbol: string, clientOrderId: string): Promise<CancelOutcome> {
    try {
      const market = await this.#ticks.market(symbol);
      if (market === null) return { phase: 'gone' };
      return await this.#change((ledger) => {
        const order = ledger.open(symbol).find((open) => open.clientOrderId === clientOrderId);
        if (order === undefined) return { phase: 'gone' };
        ledger.end(market, order, 'canceled');
        return { phase: 'canceled', report: reportOf(order) };
      });
    } catch (error) {
      return { phase: 'ambiguous', reason: { code: 'VENUE_UNAVAILABLE', message: messageOf(error) } };
    }
  }

  async order(market: string, clientOrderId: string): Promise<OrderLookup> {
    const row = await this.#ask(this.#books.byClientId(this.#id, market, clientOrderId));
    return row === null ? { found: false } : { found: true, report: reportOf(row) };
  }

  async openOrders(market: string): Promise<OrderReport[]> {
    return (await this.#ask(this.#books.openOrders(this.#id, market))).map((row) => reportOf(row));
  }

  async tradesSince(market: string, since: number): Promise<VenueFill[]> {
    return (await this.#ask(this.#books.fillsSince(this.#id, market, new Date(since)))).map(fillOf);
  }

  async orderTrades(_market: string, exchangeOrderId: string): Promise<VenueFill[]> {
    return (await this.#ask(this.#books.fillsOf(this.#id, exchangeOrderId))).map(fillOf);
  }

  async watchPrivate(listener: PrivateListener, signal: AbortSignal): Promise<void> {
    const before = this.#watching;
    const watching = before.then(() => this.#watch(listener, signal));
    this.#watching = watching;
    await watching;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake.abort();
    await this.#watching;
  }

  /** Matches and reports until the signal aborts. */
  async #watch(listener: PrivateListener, signal: AbortSignal): Promise<void> {
    let queue = Promise.resolve();
    const matcher: PaperMatcher = new PaperMatcher(
      this.#ticks,
      (fills) => {
        queue = queue.then(() => this.#settle(matcher, fills, listener));
      },
      (error) => listener.onGap(`public prices interrupted: ${messageOf(error)}`),
    );
    const wakeUp = (): void => this.#wake.abort();
    signal.addEventListener('abort', wakeUp, { once: true });
    let sequence: string | null = null;
    while (!signal.aborted && !this.#closed) {
      // Made before the books are read: a change that comes later ends the pause below at once.
      this.#wake = new AbortController();
      let wait = POLL_MS;
      try {
        sequence ??= await this.#beginning(listener);
        await queue;
        if (await this.#ask(this.#locks.hold(this.#id))) {
          await matcher.sync(await this.#ask(this.#books.openOrders(this.#id)));
        } else matcher.drop();
        await queue;
        sequence = await this.#report(sequence, listener);
      } catch (error) {
        matcher.drop();
        listener.onGap(`paper trading is interrupted: ${messageOf(error)}`);
        wait = RETRY_MS;
      }
      if (!isAborted(signal)) await pause(wait, this.#wake.signal);
    }
    signal.removeEventListener('abort', wakeUp);
    matcher.drop();
    await queue;
    await this.#locks.release(this.#id).catch((error: unknown) => listener.onGap(messageOf(error)));
  }

  async #beginning(listener: PrivateListener): Promise<string> {
    const { sequence } = await this.#ask(this.#books.account(this.#id));
    listener.onGap('private stream opened');
    return sequence;
  }

  async #report(sequence: string, listener: PrivateListener): Promise<string> {
    const { orders, fills } = await this.#ask(this.#books.since(this.#id, sequence));
    for (const report of reportsOf(orders, fills)) listener.onReport(report);
    return orders.at(-1)?.revision ?? sequence;
  }

  /** Books what the matcher found; what cannot be booked is found again after the next sync. */
  async #settle(matcher: PaperMatcher, fills: FoundFill[], listener: PrivateListener): Promise<void> {
    try {
      await this.#change((ledger) => {
        for (const { market, orderId, price, quantity } of fills) {
          ledger.fill(market, orderId, price, quantity, true);
        }
      });
      matcher.settled(fills);
    } catch (error) {
      matcher.drop();
      listener.onGap(`a paper fill was not booked: ${messageOf(error)}`);
    }
  }

  async #change<T>(work: (ledger: PaperLedger) => T): Promise<T> {
    const result = await this.#ask(
      this.#books.change(this.#id, (state: PaperState) => {
        const ledger = new PaperLedger(state, Date.now());
        const done = work(ledger);
        return { changes: ledger.changes(), result: done };
      }),
    );
    this.#wake.abort();
    return result;
  }

  async #ask<T>(work: Promise<T>): Promise<T> {
    try {
      return await withDeadline(work, DEADLINE_MS, 'the paper books');
    } catch (error) {
      throw new VenueError('unavailable', 'VENUE_UNAVAILABLE', messageOf(error), { cause: error });
    }
  }
}

/** Read anew after an await: the compiler takes the loop's first look for the last one. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function rejected(code: string, message: string): PlaceOutcome {
  return { phase: 'rejected', reason: { code, message } };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
