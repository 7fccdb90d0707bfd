import type { Reason, StrategyEvent } from '@gridfleet/shared/domain';
import type { Logger } from '@gridfleet/shared/infra';
import type { PlatformEvent, RunState } from '@gridfleet/shared/schema';
import type { AccountSessions } from '../hub/account-sessions.js';
import type { HubQuote, MarketDataHub } from '../hub/market-data-hub.js';
import type { Lease } from '../node/lease.js';
import type { StatusReporter } from '../node/status-reporter.js';
import { DeadlineError } from '../util/deadline.js';
import { pause } from '../util/pause.js';
import type { Venues } from '../venue/venues.js';
import type { AccountStore } from './account-store.js';
import { readBalances } from './balances.js';
import type { EquityRecorder } from './equity-recorder.js';
import { FeeValuer } from './fee-valuer.js';
import { Mailbox, type Letter } from './mailbox.js';
import { openRun, RunFailure, type OpenedLeg } from './open-run.js';
import type { LoadedRun } from './load-run.js';
import { FencedError, type RunStore, type Wanted } from './run-store.js';
import { isAddressRefusal, isHopeless, reasonOf, waitingReason } from './failure-reason.js';
import { HISTORY_OVERLAP_MS } from './inspection.js';
import { equityFigures, statusFigures } from './run-figures.js';
import { RunSession } from './run-session.js';
import type { StepStore } from './step-store.js';
import type { Finish } from './step-types.js';

/** Waiting times, ms; tests scale them. */
export interface EngineTimes {
  /** The machine's clock tick. */
  tickMs: number;
  /** Full comparison with the venue while all is well. */
  inspectMs: number;
  /** Desired state re-read without being told. */
  controlMs: number;
  /** First and longest pause after a failure. */
  retryMs: number;
  retryMaxMs: number;
  /** Longest wait for the first quote of a market. */
  quoteMs: number;
}

export const ENGINE_TIMES: EngineTimes = {
  tickMs: 1_000,
  inspectMs: 15_000,
  controlMs: 5_000,
  retryMs: 1_000,
  retryMaxMs: 30_000,
  quoteMs: 10_000,
};

/**
 * - `ended`: the run is over (stopped, failed or superseded), and MySQL says so
 * - `lost`: somebody else owns it
 * - `given-back`: the signal aborted; another node goes on, orders rest
 */
export type EngineEnd = 'ended' | 'lost' | 'given-back';

export interface EngineDeps {
  store: RunStore;
  steps: StepStore;
  accounts: AccountStore;
  venues: Venues;
  sessions: AccountSessions;
  hub: MarketDataHub;
  lease: Lease;
  status: StatusReporter;
  equity: EquityRecorder;
  /** Whether a failure is about this node alone, and another one is left to try. */
  isUnfit(error: unknown): Promise<boolean>;
  publish(events: PlatformEvent[]): void;
  log: Logger;
  times: EngineTimes;
  node: string;
}

/** Runs one strategy on this node, from claim to end. */
export class RunEngine {
  readonly #deps: EngineDeps;
  readonly #strategyId: number;
  readonly #runId: number;
  readonly #mailbox = new Mailbox();
  #controlDue = 0;
  #inspectDue = 0;
  #failures = 0;

  constructor(strategyId: number, runId: number, deps: EngineDeps) {
    this.#strategyId = strategyId;
    this.#runId = runId;
    this.#deps = deps;
  }

  /** The desired state may have changed: look at it now. */
  control(): void {
    this.#controlDue = 0;
    this.#mailbox.poke();
  }

  async run(): Promise<EngineEnd> {
    try {
      return await this.#untilEnd();
    } finally {
      this.#deps.status.drop();
    }
  }

  async #untilEnd(): Promise<EngineEnd> {
    const { store, lease, log, times, node, status } = this.#deps;
    while (!lease.signal.aborted) {
      let fence: number | null = null;
      try {
        const claim = await store.claim(this.#strategyId, this.#runId, node);
        if (!claim.claimed) {
          log.info({ reason: claim.reason }, 'nothing to run');
          return 'ended';
        }
        fence = claim.loaded.fence;
        status.begin(claim.loaded);
        const end = await this.#live(claim.loaded);
        if (end !== 'given-back') return end;
      } catch (error) {
        if (error instanceof FencedError) return 'lost';
        if (await this.#deps.isUnfit(error)) return 'given-back';
        if (error instanceof RunFailure || isHopeless(error)) {
          if (await this.#fail(fence, reasonOf(error))) return 'ended';
        }
        this.#failures += 1;
        const wait = Math.min(times.retryMs * 2 ** Math.min(this.#failures - 1, 10), times.retryMaxMs);
        log.error({ err: error, wait }, 'the run was interrupted; it reloads and reconciles');
        status.report('waiting', waitingReason(error, this.#failures, wait), { lastError: reasonOf(error) });
        await pause(wait, lease.signal);
      }
    }
    return 'given-back';
  }

  /** Ends the run as failed. @returns whether MySQL took it. */
  async #fail(fence: number | null, reason: Reason): Promise<boolean> {
    const { store, log, status } = this.#deps;
    if (fence === null) return false;
    try {
      await store.setRunState(this.#strategyId, this.#runId, fence, 'failed', reason);
      await status.end('failed', reason);
      log.error({ reason }, 'the run failed');
      return true;
    } catch (error) {
      log.error({ err: error }, 'could not record the failure of the run; trying again');
      return false;
    }
  }

  async #live(loaded: LoadedRun): Promise<EngineEnd> {
    const { sessions, venues } = this.#deps;
    const legs: OpenedLeg[] = [];
    const unsubscribe: (() => void)[] = [];
    try {
      this.#report('recovering', {
        code: 'RECONCILING',
        message: 'Comparing our books with the exchange before trading.',
      });
      for (const { leg, account } of loaded.legs) {
        const session = await sessions.acquire(leg.accountId);
        legs.push({ session, markets: await venues.markets(account.venue, account.environment) });
        unsubscribe.push(
          session.subscribe(leg.market, {
            onReport: (report) => this.#mailbox.put({ type: 'report', report }),
            onGap: (reason) => this.#mailbox.put({ type: 'gap', reason }),
          }),
          this.#deps.hub.subscribe(account.venue, account.environment, leg.market, (quote) =>
            this.#mailbox.putQuote(quote),
          ),
        );
      }
      const session = await this.#open(loaded, legs);
      if (session.finish !== null) return await this.#ended(session.finish);
      return await this.#loop(loaded, session);
    } finally {
      for (const stop of unsubscribe) stop();
      for (const { session } of legs) await session.release();
    }
  }

  async #open(loaded: LoadedRun, legs: readonly OpenedLeg[]): Promise<RunSession> {
    const { store, steps, accounts, lease, log } = this.#deps;
    await this.#claimExposure(loaded, legs);
    const now = Date.now();
    const opened = await openRun(loaded, legs, steps, now);
    const markets = legs[0]?.markets;
    if (markets === undefined) throw new RunFailure({ code: 'NO_LEG', message: 'The strategy has no leg.' });
    const historyFrom = historyStart(loaded, now);
    const session = new RunSession(opened.frame, opened.memory, loaded.fillCount, historyFrom, {
      store,
      steps,
      accounts,
      lastGeneration: loaded.firstGeneration - 1,
      lease,
      mailbox: this.#mailbox,
      sessions: legs.map((leg) => leg.session),
      valuer: new FeeValuer(markets),
      publish: (events) => this.#deps.publish(events),
      log,
    });
    if (opened.first !== null) session.adopt(opened.first, now);
    else await this.#recover(session);
    return session;
  }

  /** Nothing is armed before the legs are claimed and what their accounts have is known. */
  async #claimExposure(loaded: LoadedRun, legs: readonly OpenedLeg[]): Promise<void> {
    const { store, accounts } = this.#deps;
    const conflict = await store.claimExposure(loaded);
    if (conflict !== null) {
      const { claim, strategyId, mode } = conflict;
      const message = `Strategy ${strategyId} has a claim (${mode}) on ${claim.market} of this account: stop it first.`;
      throw new RunFailure({ code: 'EXPOSURE_CLAIMED', message });
    }
    for (const [leg, { session, markets }] of legs.entries()) {
      const row = loaded.legs[leg]?.leg;
      const market = row === undefined ? null : await markets.market(row.market);
      if (row === undefined || market === null) continue;
      await readBalances(accounts, { accountId: row.accountId, market, account: session.account });
    }
  }

  /** No new order before one complete comparison with the venue, and a quote to judge by. */
  async #recover(session: RunSession): Promise<void> {
    const { lease, times } = this.#deps;
    await session.inspect();
    const { letters, quote } = this.#mailbox.take();
    const now = Date.now();
    await session.apply(await session.read(letters, now), now);
    let first: HubQuote | null = quote;
    const deadline = performance.now() + times.quoteMs;
    while (first === null && !lease.signal.aborted) {
      if (performance.now() > deadline)
        throw new DeadlineError('the first quote of the market', times.quoteMs);
      await this.#mailbox.wait(100, lease.signal);
      const more = this.#mailbox.take();
      first = more.quote;
      await session.apply(await session.read(more.letters, Date.now()), Date.now());
    }
    if (first !== null) await session.apply([session.quoteInput(0, first)], Date.now());
  }

  async #loop(loaded: LoadedRun, session: RunSession): Promise<EngineEnd> {
    const { lease, store, times, status } = this.#deps;
    let wanted: Wanted = { verdict: 'run' };
    let state: RunState | null = null;
    let tickDue = 0;
    let last: HubQuote | null = null;
    status.follow(() => statusFigures(session, state ?? 'recovering'));
    this.#controlDue = 0;
    this.#inspectDue = performance.now() + times.inspectMs;
    const stableAt = performance.now() + times.retryMaxMs;
    while (!lease.signal.aborted) {
      const clock = performance.now();
      if (clock >= this.#controlDue) {
        this.#controlDue = clock + times.controlMs;
        wanted = await store.wanted(this.#strategyId, this.#runId);
      }
      if (wanted.verdict === 'superseded')
        return await this.#finish(loaded, { code: 'SUPERSEDED', message: 'A newer run took over.' });
      const next: RunState = wanted.verdict === 'run' ? 'running' : 'stopping';
      if (next !== state) {
        await this.#enter(loaded, session, wanted);
        state = next;
      }
      const { letters, quote } = this.#mailbox.take();
      const now = Date.now();
      for (const letter of letters) this.#notice(session, letter, now);
      const inputs = await session.read(letters, now);
      const tick = clock >= tickDue;
      if (quote !== null) {
        last = quote;
        status.price(quote);
      }
      // With other news the machine judges by the newest quote; alone it is only worth a step when it matters.
      if (last !== null && (tick || inputs.length > 0 || (quote !== null && !session.isIdle(0, quote)))) {
        inputs.push(session.quoteInput(0, last));
        last = null;
      }
      if (tick) {
        tickDue = clock + times.tickMs;
        inputs.push({ type: 'event', event: { type: 'timer', name: 'tick' } });
      }
      await session.apply(inputs, now);
      for (const letter of letters) if (letter.type === 'inspected') session.inspected(letter.startedAt);
      if (tick) session.chase(now);
      if (session.finish !== null) return await this.#ended(session.finish);
      if (wanted.verdict === 'stop' && !isClosing(wanted)) {
        const keepOrders = wanted.stop === 'keep';
        if (keepOrders || session.liveOrders().length === 0) {
          return await this.#finish(loaded, {
            code: keepOrders ? 'STOPPED_ORDERS_KEPT' : 'STOPPED',
            message: keepOrders
              ? 'Stopped; its orders stay at the exchange.'
              : 'Stopped; no order of it is left at the exchange.',
          });
        }
        if (tick) for (const order of session.liveOrders()) session.sender.cancel(order);
      }
      if (tick) this.#recordEquity(session, now);
      this.#inspectWhenDue(session);
      // What fails again at once goes on counting, and waits longer each time.
      if (clock >= stableAt) this.#failures = 0;
      status.touch();
      await this.#mailbox.wait(
        Math.max(0, Math.min(tickDue - performance.now(), times.tickMs)),
        lease.signal,
      );
    }
    await this.#handBack(session);
    return 'given-back';
  }

  /** Answers of requests under way are booked if they come soon; the successor finds the rest by asking. */
  async #handBack(session: RunSession): Promise<void> {
    await Promise.race([session.sender.settled(), pause(500, AbortSignal.timeout(500))]);
    const { letters } = this.#mailbox.take();
    const now = Date.now();
    await session.apply(await session.read(letters, now), now).catch((error: unknown) => {
      this.#deps.log.warn({ err: error }, 'last answers were not booked; the next node asks for them');
    });
  }

  async #enter(loaded: LoadedRun, session: RunSession, wanted: Wanted): Promise<void> {
    const { store } = this.#deps;
    const state = wanted.verdict === 'run' ? 'running' : 'stopping';
    const reason: Reason | null =
      state === 'running'
        ? null
        : { code: 'STOP_REQUESTED', message: 'Stopping: its orders are being cancelled.' };
    await store.setRunState(this.#strategyId, this.#runId, loaded.fence, state, reason);
    const event: StrategyEvent = isClosing(wanted)
      ? { type: 'lifecycle', action: 'stop', stop: wanted.stop }
      : { type: 'lifecycle', action: state === 'running' ? 'resume' : 'pause' };
    await session.apply([{ type: 'event', event }], Date.now());
    if (state === 'stopping' && event.action === 'pause')
      for (const order of session.liveOrders()) session.sender.cancel(order);
    this.#report(state, reason);
  }

  async #finish(loaded: LoadedRun, reason: Reason): Promise<EngineEnd> {
    await this.#deps.store.setRunState(this.#strategyId, this.#runId, loaded.fence, 'stopped', reason);
    await this.#deps.status.end('stopped', reason);
    return 'ended';
  }

  /** The strategy has ended by itself; MySQL knows already. */
  async #ended({ reason }: Finish): Promise<EngineEnd> {
    await this.#deps.status.end('stopped', reason);
    return 'ended';
  }

  #notice(session: RunSession, letter: Letter, now: number): void {
    if (letter.type === 'gap') {
      this.#inspectDue = 0;
      session.gap(now);
    }
    if (letter.type === 'findings') session.checkHearing(letter.findings, now);
    if (letter.type === 'failure') {
      this.#deps.log.warn({ err: letter.error }, 'a request to the venue failed');
      this.#deps.status.error(reasonOf(letter.error));
      // Nothing can be done from this address any more; the run is opened anew, here or elsewhere.
      if (isAddressRefusal(letter.error)) throw letter.error;
    }
  }

  #inspectWhenDue(session: RunSession): void {
    const { times } = this.#deps;
    if (performance.now() < this.#inspectDue) return;
    // Without live orders little can have happened behind our back.
    const calm = session.liveOrders().length === 0 ? 4 : 1;
    this.#inspectDue = performance.now() + times.inspectMs * calm;
    session.inspect().catch((error: unknown) => {
      this.#inspectDue = performance.now() + times.retryMs;
      this.#mailbox.put({ type: 'failure', what: 'reconciliation', error });
    });
  }

  #recordEquity(session: RunSession, now: number): void {
    // A missing point of a chart is no reason to stop trading.
    this.#deps.equity
      .record(() => equityFigures(session), now)
      .catch((error: unknown) => {
        this.#deps.log.warn({ err: error }, 'the equity snapshot was not written');
      });
  }

  #report(state: RunState, reason: Reason | null): void {
    this.#deps.status.report(state, reason);
  }
}

/** A stop that trades: the machine cancels, closes what is held and says when that is done. */
function isClosing(wanted: Wanted): wanted is { verdict: 'stop'; stop: 'sell' | 'buy' } {
  return wanted.verdict === 'stop' && (wanted.stop === 'sell' || wanted.stop === 'buy');
}

/** Trades before this moment are booked: as far as the last owner got, or since the strategy's life began. */
function historyStart({ state }: LoadedRun, now: number): number {
  if (state?.historyCheckedAt) return state.historyCheckedAt.getTime();
  return (state?.updatedAt.getTime() ?? now) - HISTORY_OVERLAP_MS;
}
