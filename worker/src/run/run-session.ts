import {
  decStr,
  isAsleep,
  isFinal,
  isOurs,
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
import type { OrderReport, VenueAccount } from '../venue/venue.js';
import type { AccountStore } from './account-store.js';
import { CancelChase } from './cancel-chase.js';
import type { ContractBooks } from './contract-books.js';
import type { FeeValuer } from './fee-valuer.js';
import { missedTrade } from './hearing.js';
import { Inspection } from './inspection.js';
import { LetterReader } from './letters.js';
import { isUncertain, type LiveOrder } from './live-order.js';
import type { Letter, Mailbox } from './mailbox.js';
import { OrderSender } from './order-sender.js';
import { recall } from './recall.js';
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
  readonly #cancels = new CancelChase();
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
    this.#cancels.add(result.cancels);
    this.#cancels.send(this.#memory.orders, this.sender, now);
    this.#deps.publish(eventsOf(this.frame.strategyId, written));
  }

  /** Work that time alone calls for: missing trades, orders whose fate is unknown. */
  chase(now: number): void {
    this.#cancels.send(this.#memory.orders, this.sender, now);
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

  /** Opens a new private stream when a look has shown that the present one is deaf. */
  checkHearing(findings: Findings, now: number): void {
    const missed = missedTrade(this.#memory.orders, findings, this.#openedAt, now);
    if (missed === null) return;
    this.#deps.sessions[missed.leg]?.restartStream(`it did not bring trade ${missed.tradeId}`);
  }

  async #recall(letters: readonly Letter[]): Promise<void> {
    const recalled = await recall(this.frame, this.#deps.store, this.#memory.orders, letters);
    if (recalled.length === 0) return;
    const orders = new Map(recalled.map((order) => [order.row.clientOrderId, order]));
    for (const [id, order] of this.#memory.orders) orders.set(id, order);
    this.#memory = { ...this.#memory, orders };
  }

  #hold({ leg, positionSide, side, quantity }: FillRow): void {
    const sides = this.#held.get(leg) ?? new Map<PositionSide, Decimal>();
    const change = side === 'buy' ? dec(quantity) : dec(quantity).neg();
    this.#held.set(leg, new Map(sides).set(positionSide, (sides.get(positionSide) ?? ZERO).plus(change)));
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
