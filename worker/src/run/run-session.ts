import {
  decStr,
  isAsleep,
  isFinal,
  type DecimalString,
  type StrategyView,
  type Wake,
} from '@gridfleet/shared/domain';
import type { HubQuote } from '../hub/market-data-hub.js';
import { ticksOf, type QuoteBand } from '../hub/quote-band.js';
import { CancelChase } from './cancel-chase.js';
import { haveChanged } from './gates.js';
import { missedTrade } from './hearing.js';
import { HeldContracts } from './held-contracts.js';
import type { Inspection } from './inspection.js';
import type { LetterReader } from './letters.js';
import { isAtRest, type LiveOrder } from './live-order.js';
import type { Letter } from './mailbox.js';
import { chaseOrders } from './order-chase.js';
import type { OrderSender } from './order-sender.js';
import { noteCorrections } from './contradictions.js';
import { MachineView } from './machine-view.js';
import { legOf } from './intent.js';
import { recall } from './recall.js';
import { eventsOf } from './run-events.js';
import type { ScopePolicy } from './policy.js';
import { partsOf } from './session-parts.js';
import { accountOfLeg, type SessionDeps } from './session-deps.js';
import { sharedOrders, type SharedOrders } from './shared-orders.js';
import type { Sight } from './sight.js';
import { forgetOld, hasEffects, stepAll, type Input, type RunFrame, type RunMemory } from './step.js';
import type { CommittedStep } from './step-store.js';
import type { Finish } from './step-types.js';
import { STOP_REQUIRED, type StopGuard } from './stop-guard.js';
import { stepStatements } from './step-writer.js';

/** One node's time with a run between a claim and its end: memory that equals MySQL, and the only way to change both. */
export class RunSession {
  readonly frame: RunFrame;
  readonly sender: OrderSender;
  /** Its stops at the exchanges. */
  readonly guard: StopGuard;
  readonly #deps: SessionDeps;
  readonly #letters: LetterReader;
  #memory: RunMemory;
  /** As of the last commit; the next one checks them again. */
  #policies: readonly ScopePolicy[] | null = null;
  #fillCount: number;
  #version = 0;
  #wake: Wake | undefined;
  #finish: Finish | null = null;
  readonly #inspection: Inspection;
  /** Since when private events may be missing, ms; null when a look has filled the gap. */
  #gapSince: number | null = null;
  readonly #cancels = new CancelChase();
  readonly #openedAt = Date.now();
  readonly #held: HeldContracts;
  readonly #sight: Sight;
  readonly #view = new MachineView();

  constructor(frame: RunFrame, memory: RunMemory, fillCount: number, historyFrom: number, deps: SessionDeps) {
    this.frame = frame;
    this.#deps = deps;
    this.#memory = memory;
    this.#held = new HeldContracts(deps.held);
    this.#fillCount = fillCount;
    const parts = partsOf(frame, historyFrom, deps, {
      orders: () => this.#memory.orders,
      view: () => this.view(),
      held: (leg) => this.#held.of(leg),
    });
    this.sender = parts.sender;
    this.guard = parts.guard;
    this.#inspection = parts.inspection;
    this.#sight = parts.sight;
    this.#letters = parts.letters;
    this.#memory = { ...memory, unguarded: this.guard.unguarded() };
  }

  /** Shows the other runs on its accounts what orders it has. @returns how to stop */
  shareOrders(): () => void {
    const { strategyId, context } = this.frame;
    const leaves = context.legs.map((_leg, index) =>
      sharedOrders(accountOfLeg(this.#deps, index)).join(strategyId, () => this.#memory.orders),
    );
    return () => {
      for (const leave of leaves) leave();
    };
  }

  /** Rises with each step that changed something. */
  get version(): number {
    return this.#version;
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
    if (this.#wake === undefined) return false;
    const { market } = legOf(this.frame.context, leg);
    const { bid, ask } = ticksOf(market, quote);
    return isAsleep(this.#wake, leg, market.symbol, bid, ask);
  }

  /** The quotes of a leg that are idle; null while none is. */
  band(leg: number): QuoteBand | null {
    const { market } = legOf(this.frame.context, leg);
    const band = this.#wake?.bands.find((each) => each.leg === leg && each.market === market.symbol);
    return band === undefined ? null : { market, lower: band.lower, upper: band.upper };
  }

  /**
   * Until when (ms) time calls for nothing: all orders rest, the machine sleeps and no stop is kept at an exchange. Null
   * while anything is under way.
   */
  calmUntil(): number | null {
    const wake = this.#wake;
    if (wake === undefined || this.#gapSince !== null || this.#finish !== null) return null;
    if (this.guard.isKeeping || this.#cancels.isBusy || this.#sight.isWanted) return null;
    for (const order of this.#memory.orders.values()) if (!isAtRest(order)) return null;
    return wake.timerAt ?? Infinity;
  }

  view(): StrategyView {
    return this.#view.of(this.frame, this.#memory.machine);
  }

  /** Middle of the newest best quotes of a leg, null before the first. */
  price(leg: number): DecimalString | null {
    const quote = this.#memory.quotes.get(leg);
    return quote === undefined ? null : decStr(quote.bid.plus(quote.ask).div(2));
  }

  liveOrders(): LiveOrder[] {
    return [...this.#memory.orders.values()].filter(({ row }) => !isFinal(row.state));
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
    if (trial.looks) this.#sight.want(now);
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
    this.#memory = forgetOld({ ...result.memory, orders }, now);
    this.#fillCount += written.fills.length;
    this.#version += 1;
    for (const fill of written.fills) this.#held.add(fill);
    this.#wake = result.wake;
    this.#finish ??= result.finish;
    if (result.looks) this.#sight.want(now);
    for (const reason of result.alerts) this.#deps.alert(reason);
    noteCorrections(result.corrections, this.#deps.log, this.#deps.metrics);
    for (const intent of written.intents) this.sender.place(intent);
    this.#cancels.add(result.cancels);
    this.#cancels.send(this.#memory.orders, this.sender, now);
    this.#deps.publish(eventsOf(this.frame.strategyId, written));
  }

  /** Work that time alone calls for: missing trades, orders whose fate is unknown. */
  chase(now: number): void {
    this.#cancels.send(this.#memory.orders, this.sender, now);
    chaseOrders(this.liveOrders(), this.sender, now);
  }

  /** Looks at everything the venue has of this run; findings come as letters. Never two at once. */
  inspect(): Promise<void> {
    return this.#inspection.look();
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

  /** Whether the machine waits for a look that has to be asked for now. */
  wantsLook(now: number): boolean {
    return this.#sight.isDue(now);
  }

  /** Takes over what the stops at the exchanges allow. @returns what is to be tried again because of it */
  guarded(): Input[] {
    const unguarded = this.guard.unguarded();
    const { unguarded: before } = this.#memory;
    if (before.size === 0 && unguarded.size === 0) return [];
    this.#memory = { ...this.#memory, unguarded };
    const isFree = [...before.keys()].some((leg) => !unguarded.has(leg));
    return isFree ? [{ type: 'event', event: { type: 'retry', codes: [STOP_REQUIRED] } }] : [];
  }

  /** What waits for trading states or limits is tried at once when they are no longer those that refused it. */
  async retryRefused(now: number): Promise<void> {
    const codes = [...new Set(this.#memory.refused.values())];
    if (codes.length === 0) return;
    const policies = await this.#deps.steps.policies(this.frame);
    if (!haveChanged(this.#policies, policies)) return;
    this.#policies = policies;
    await this.apply([{ type: 'event', event: { type: 'retry', codes } }], now);
  }

  /** Letters of a look have been booked. */
  inspected(startedAt: number): void {
    this.#inspection.booked(startedAt);
    this.#sight.looked(startedAt);
    if (this.#gapSince === null || startedAt < this.#gapSince) return;
    this.#gapSince = null;
    this.sender.release();
  }

  /** Opens a new private stream when a look has shown that the present one is deaf. */
  checkHearing(letters: readonly Letter[], now: number): void {
    const hearsSince = (leg: number): number =>
      Math.max(this.#openedAt, this.#deps.sessions[leg]?.hearsSince() ?? Infinity);
    const missed = missedTrade(this.#memory.orders, letters, hearsSince, now);
    if (missed === null) return;
    this.#deps.sessions[missed.leg]?.restartStream(`it did not bring trade ${missed.tradeId}`);
  }

  async #recall(letters: readonly Letter[]): Promise<void> {
    const shared = (leg: number): SharedOrders => sharedOrders(accountOfLeg(this.#deps, leg));
    const recalled = await recall(this.frame, this.#deps.store, this.#memory.orders, letters, shared);
    if (recalled.length === 0) return;
    const orders = new Map(recalled.map((order) => [order.row.clientOrderId, order]));
    for (const [id, order] of this.#memory.orders) orders.set(id, order);
    this.#memory = { ...this.#memory, orders };
  }
}
