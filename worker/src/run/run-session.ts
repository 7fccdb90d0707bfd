import {
  decStr,
  isAsleep,
  isFinal,
  isOurs,
  parseClientOrderId,
  toTicks,
  dec,
  ZERO,
  type Decimal,
  type DecimalString,
  type Market,
  type PositionSide,
  type Reason,
  type StrategyView,
  type Wake,
} from '@gridfleet/shared/domain';
import type { FillRow, Logger } from '@gridfleet/shared/infra';
import type { PlatformEvent } from '@gridfleet/shared/schema';
import type { AccountSession } from '../hub/account-sessions.js';
import type { HubQuote } from '../hub/market-data-hub.js';
import type { Lease } from '../node/lease.js';
import type { OrderReport, VenueAccount, VenueFill } from '../venue/venue.js';
import type { AccountStore } from './account-store.js';
import type { ContractBooks } from './contract-books.js';
import type { FeeValuer } from './fee-valuer.js';
import { Inspection } from './inspection.js';
import { LetterReader } from './letters.js';
import { isUncertain, type LiveOrder } from './live-order.js';
import type { Letter, Mailbox } from './mailbox.js';
import { OrderSender } from './order-sender.js';
import type { Findings } from './reconcile.js';
import { eventsOf } from './run-events.js';
import type { ScopePolicy } from './policy.js';
import type { RunStore } from './run-store.js';
import { forgetOld, hasEffects, stepAll, type Input, type RunFrame, type RunMemory } from './step.js';
import type { CommittedStep, StepStore } from './step-store.js';
import type { Finish } from './step-types.js';
import { stepStatements } from './step-writer.js';

/** A trade the stream has not brought this long after the venue counted it is fetched, ms. */
const MISSING_TRADE_MS = 300;
/** A cancel whose order is still alive is sent again after this long, ms. */
const CANCEL_AGAIN_MS = 2_000;
/** A trade the private stream has not brought after this long shows that it is deaf, ms. */
const DEAF_AFTER_MS = 3_000;
/** Final orders stay in memory this long for late trades, ms. */
const KEEP_FINAL_MS = 10 * 60_000;

export interface SessionDeps {
  store: RunStore;
  steps: StepStore;
  accounts: AccountStore;
  books: ContractBooks;
  /** What the strategy held by its fills when the run was loaded, by leg and side. */
  held: ReadonlyMap<number, ReadonlyMap<PositionSide, Decimal>>;
  fundingFrom: number;
  standing: Reason | null;
  /** Highest generation of the strategy when the run was loaded. */
  lastGeneration: number;
  lease: Lease;
  mailbox: Mailbox;
  sessions: readonly AccountSession[];
  valuer: FeeValuer;
  publish(events: PlatformEvent[]): void;
  log: Logger;
}

/** One node's time with a run between a claim and its end: memory that equals MySQL, and the only way to change both. */
export class RunSession {
  readonly frame: RunFrame;
  readonly sender: OrderSender;
  readonly #deps: SessionDeps;
  readonly #letters: LetterReader;
  #memory: RunMemory;
  /** As of the last commit; the next one checks them again. */
  #policies: readonly ScopePolicy[] | null = null;
  #fillCount: number;
  #wake: Wake | undefined;
  #finish: Finish | null = null;
  readonly #inspection: Inspection;
  /** Since when private events may be missing, ms; null when a look has filled the gap. */
  #gapSince: number | null = null;
  /** Cancels the machine asked for, and when each was last sent, ms; kept until the order is over. */
  readonly #cancels = new Map<string, number>();
  readonly #openedAt = Date.now();
  readonly #held: Map<number, ReadonlyMap<PositionSide, Decimal>>;

  constructor(frame: RunFrame, memory: RunMemory, fillCount: number, historyFrom: number, deps: SessionDeps) {
    this.frame = frame;
    this.#deps = deps;
    this.#memory = memory;
    this.#held = new Map(deps.held);
    this.#fillCount = fillCount;
    this.sender = new OrderSender(frame, {
      accountOf: (leg) => this.#account(leg),
      lease: deps.lease,
      mailbox: deps.mailbox,
      extend: (ids, notAfter) => deps.store.extendIntents(frame.strategyId, frame.fence, ids, notAfter),
      log: deps.log,
    });
    const { store, accounts, books, mailbox, lastGeneration, fundingFrom, standing, log } = deps;
    this.#inspection = new Inspection({
      frame,
      store,
      accounts,
      mailbox,
      sender: this.sender,
      account: (leg) => this.#account(leg),
      orders: () => this.#memory.orders,
      books,
      position: () => this.view().position,
      held: (leg) => this.#held.get(leg) ?? new Map(),
      fundingFrom,
      standing,
      lastGeneration,
      historyFrom,
      log,
    });
    this.#letters = new LetterReader({
      order: (id) => this.#memory.orders.get(id),
      orderByExchangeId: (id) =>
        [...this.#memory.orders.values()].find(({ row }) => row.exchangeOrderId === id),
      market: (leg) => this.#market(leg),
      neverExpires: (leg) => this.#account(leg).neverExpires === true,
      valuer: deps.valuer,
      sender: this.sender,
    });
  }

  get fillCount(): number {
    return this.#fillCount;
  }

  /** Set once the strategy has ended, and MySQL says so. */
  get finish(): Finish | null {
    return this.#finish;
  }

  /** Whether the machine need not see this quote now; it sees one every tick all the same, for what people are shown. */
  isIdle(leg: number, quote: HubQuote): boolean {
    const market = this.#market(leg);
    const bid = toTicks(market, quote.bid, 'down');
    return isAsleep(this.#wake, leg, market.symbol, bid, toTicks(market, quote.ask, 'up'));
  }

  view(): StrategyView {
    return this.frame.kind.view(this.frame.context, this.#memory.machine);
  }

  /** Middle of the newest best quotes of a leg, null before the first. */
  price(leg: number): DecimalString | null {
    const quote = this.#memory.quotes.get(leg);
    return quote === undefined ? null : decStr(quote.bid.plus(quote.ask).div(2));
  }

  liveOrders(): LiveOrder[] {
    return [...this.#memory.orders.values()].filter(({ row }) => !isFinal(row.state));
  }

  /** The machine sees the newest quote of a leg. */
  quoteInput(leg: number, quote: HubQuote): Input {
    const market = this.#market(leg);
    const bid = toTicks(market, quote.bid, 'down');
    const ask = toTicks(market, quote.ask, 'up');
    return { type: 'event', event: { type: 'quote', leg, market: market.symbol, bid, ask } };
  }

  async read(letters: readonly Letter[], now: number): Promise<Input[]> {
    await this.#recall(letters);
    const inputs: Input[] = [];
    for (const letter of letters) {
      inputs.push(...(await this.#letters.inputs(letter, now)));
    }
    return inputs;
  }

  /**
   * Steps the machine: books fills, changes slots and writes the next intents in one fenced transaction, then sends.
   * A step without effects touches nothing outside this process.
   */
  async apply(inputs: readonly Input[], now: number): Promise<void> {
    if (inputs.length === 0) return;
    const first = { policies: this.#policies ?? [], holdings: null };
    const trial = stepAll(this.frame, this.#memory, inputs, first, now);
    if (!hasEffects(trial)) {
      this.#memory = trial.memory;
      this.#wake = trial.wake;
      return;
    }
    const at = new Date(now);
    this.adopt(
      await this.#deps.steps.commit(this.frame, this.#policies, (view) => {
        const result = view.holdings === null ? trial : stepAll(this.frame, this.#memory, inputs, view, now);
        return { result, write: stepStatements(this.frame, result, at) };
      }),
      now,
    );
  }

  /** Takes over a committed step: memory first, then requests, then news. */
  adopt({ result, written, policies }: CommittedStep, now: number): void {
    this.#policies = policies;
    const orders = new Map(result.memory.orders);
    for (const order of [...written.updated, ...written.intents]) orders.set(order.row.clientOrderId, order);
    this.#memory = forgetOld({ ...result.memory, orders }, now, KEEP_FINAL_MS);
    this.#fillCount += written.fills.length;
    for (const fill of written.fills) this.#hold(fill);
    this.#wake = result.wake;
    this.#finish ??= result.finish;
    for (const intent of written.intents) this.sender.place(intent);
    for (const order of result.cancels) this.#cancels.set(order.row.clientOrderId, 0);
    this.#chaseCancels(now);
    this.#deps.publish(eventsOf(this.frame.strategyId, written));
  }

  /** Work that time alone calls for: missing trades, orders whose fate is unknown. */
  chase(now: number): void {
    this.#chaseCancels(now);
    for (const order of this.liveOrders()) {
      const id = order.row.clientOrderId;
      if (order.tradesMissingSince !== null && now - order.tradesMissingSince >= MISSING_TRADE_MS) {
        this.sender.fetchTrades(order);
      } else if (isUncertain(order) && !this.sender.isInFlight(id)) {
        this.sender.lookUp(order);
      }
    }
  }

  /** Looks at everything the venue has of this run; findings come as letters. Never two at once. */
  inspect(): Promise<void> {
    return this.#inspection.look();
  }

  /** A trade on one of our contracts that no order of ours made. */
  isForeign({ clientOrderId, market }: OrderReport): boolean {
    const isContract = this.frame.context.legs.some(
      (leg) => leg.market.symbol === market && leg.market.type === 'linear',
    );
    return isContract && !isOurs(clientOrderId, this.frame.salt);
  }

  /** The account has changed in a way that is worth a look. */
  suspect(cause: string): void {
    this.#inspection.suspect(cause);
  }

  /** Private events may be missing: no new order leaves before a look that begins from now on is booked. */
  gap(now: number): void {
    this.#gapSince = now;
    this.sender.hold();
  }

  /** Letters of a look have been booked. */
  inspected(startedAt: number): void {
    this.#inspection.booked(startedAt);
    if (this.#gapSince === null || startedAt < this.#gapSince) return;
    this.#gapSince = null;
    this.sender.release();
  }

  /**
   * A trade that only a look at the venue brought, long after it happened, means that the private stream has gone deaf:
   * it may answer pings for hours and deliver nothing.
   */
  checkHearing(findings: Findings, now: number): void {
    const orders = new Map(
      [...this.#memory.orders.values()].map((order) => [order.row.exchangeOrderId, order]),
    );
    for (const trade of findings.trades) {
      const order = orders.get(trade.exchangeOrderId);
      if (order === undefined || order.tradeIds.has(trade.tradeId) || now - trade.time < DEAF_AFTER_MS)
        continue;
      if (trade.time < this.#openedAt) continue;
      this.#deps.sessions[order.row.leg]?.restartStream(`it did not bring trade ${trade.tradeId}`);
      return;
    }
  }

  /** Brings back orders that trades or reports name but memory has dropped: late news of long final orders. */
  async #recall(letters: readonly Letter[]): Promise<void> {
    const known = new Set([...this.#memory.orders.values()].map(({ row }) => row.exchangeOrderId));
    const news = letters.map(newsOf);
    const trades = news.flatMap((each) => each.trades).filter((trade) => !known.has(trade.exchangeOrderId));
    const reports = news
      .flatMap((each) => each.reports)
      .filter(({ clientOrderId: id }) => !this.#memory.orders.has(id) && this.#isMine(id));
    for (const [leg, { market }] of this.frame.context.legs.entries()) {
      const inMarket = (each: { market: string }): boolean => each.market === market.symbol;
      const exchange = [...new Set(trades.filter(inMarket).map((trade) => trade.exchangeOrderId))];
      const client = [...new Set(reports.filter(inMarket).map((report) => report.clientOrderId))];
      if (exchange.length === 0 && client.length === 0) continue;
      const accountId = this.frame.accountIds[leg] ?? 0;
      const ids = { exchange, client };
      const recalled = await this.#deps.store.recall(this.frame.strategyId, accountId, market.symbol, ids);
      if (recalled.length === 0) continue;
      const orders = new Map(recalled.map((order) => [order.row.clientOrderId, order]));
      for (const [id, order] of this.#memory.orders) orders.set(id, order);
      this.#memory = { ...this.#memory, orders };
    }
  }

  #hold({ leg, positionSide, side, quantity }: FillRow): void {
    const sides = this.#held.get(leg) ?? new Map<PositionSide, Decimal>();
    const change = side === 'buy' ? dec(quantity) : dec(quantity).neg();
    this.#held.set(leg, new Map(sides).set(positionSide, (sides.get(positionSide) ?? ZERO).plus(change)));
  }

  #isMine(clientOrderId: string): boolean {
    const parts = parseClientOrderId(clientOrderId);
    return parts?.salt === this.frame.salt && parts.strategyId === this.frame.strategyId;
  }

  /** A cancel is asked for once but may get lost, or meet an order still on its way: it is sent until it holds. */
  #chaseCancels(now: number): void {
    for (const [id, sentAt] of this.#cancels) {
      const order = this.#memory.orders.get(id);
      if (order === undefined || isFinal(order.row.state)) this.#cancels.delete(id);
      else if (now - sentAt >= CANCEL_AGAIN_MS && !this.sender.isInFlight(id)) {
        this.#cancels.set(id, now);
        this.sender.cancel(order);
      }
    }
  }

  #account(leg: number): VenueAccount {
    const session = this.#deps.sessions[leg];
    if (session === undefined) throw new RangeError(`leg ${leg} has no account session`);
    return session.account;
  }

  #market(leg: number): Market {
    const found = this.frame.context.legs[leg];
    if (found === undefined) throw new RangeError(`the strategy has no leg ${leg}`);
    return found.market;
  }
}

function newsOf(letter: Letter): { trades: readonly VenueFill[]; reports: readonly OrderReport[] } {
  switch (letter.type) {
    case 'findings':
      return letter.findings;
    case 'trades':
      return { trades: letter.trades, reports: [] };
    case 'report':
      return { trades: [], reports: [letter.report] };
    default:
      return { trades: [], reports: [] };
  }
}
