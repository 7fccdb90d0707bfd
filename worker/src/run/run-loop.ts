import type { Reason, StrategyEvent } from '@gridfleet/shared/domain';
import type { RunState } from '@gridfleet/shared/schema';
import type { Following, HubQuote } from '../hub/market-data-hub.js';
import { pause } from '../util/pause.js';
import { CoverageWatch } from './coverage-watch.js';
import type { EngineDeps, EngineEnd } from './engine-types.js';
import { isAddressRefusal, reasonOf } from './failure-reason.js';
import type { LoadedRun } from './load-run.js';
import { LookSchedule } from './look-schedule.js';
import type { Letter, Mailbox } from './mailbox.js';
import { isForeign } from './orphans.js';
import { quoteEvent } from './quotes.js';
import { equityFigures, statusFigures } from './run-figures.js';
import type { RunSession } from './run-session.js';
import { Revising } from './revising.js';
import type { Wanted } from './run-store.js';
import type { Finish } from './step-types.js';
import { isClosing, stoppedReason } from './stopping.js';
import { TickClock } from './tick-clock.js';

export interface LoopDeps {
  engine: EngineDeps;
  loaded: LoadedRun;
  session: RunSession;
  mailbox: Mailbox;
  /** Quotes of the first leg, by which the machine steps. */
  quotes: Following | null;
  /** Of the params in force. */
  revision: number;
  /** Why params cannot come into force, null when they can. */
  refusalOf(params: string): Promise<Reason | null>;
}

/** One session of a run from its first order on: letters and quotes in, steps out, until it ends or moves on. */
export class RunLoop {
  readonly #deps: EngineDeps;
  readonly #loaded: LoadedRun;
  readonly #session: RunSession;
  readonly #mailbox: Mailbox;
  readonly #quotes: Following | null;
  readonly #clock: TickClock;
  readonly #looks: LookSchedule;
  readonly #revising: Revising;
  readonly #coverage: CoverageWatch;

  constructor(deps: LoopDeps) {
    const { engine, loaded, session, mailbox, revision } = deps;
    const refusalOf = (params: string): Promise<Reason | null> => deps.refusalOf(params);
    this.#deps = engine;
    this.#loaded = loaded;
    this.#session = session;
    this.#mailbox = mailbox;
    this.#quotes = deps.quotes;
    const refuse = (reason: Reason): void => {
      engine.log.warn({ reason }, 'an edit was refused');
      engine.status.error(reason);
    };
    this.#looks = new LookSchedule({
      times: engine.times,
      phase: loaded.legs[0]?.leg.accountId ?? 0,
      session,
      share: async () => {
        const waits = loaded.legs.map(({ account }) =>
          engine.venues.look(account.venue, account.environment),
        );
        return Math.max(0, ...(await Promise.all(waits)));
      },
      failed: (error) => mailbox.put({ type: 'failure', what: 'reconciliation', error }),
    });
    this.#clock = new TickClock({
      times: engine.times,
      calmTickMs: () => engine.calmTickMs(),
      phase: loaded.strategy.id,
      lookDue: () => this.#looks.due,
      calmUntil: () => session.calmUntil(),
    });
    this.#coverage = new CoverageWatch(session, engine.status);
    this.#revising = new Revising({ session, revision, refusalOf, refuse });
  }

  /** The desired state may have changed: look at it now. */
  control(): void {
    this.#clock.controlNow();
  }

  /** @param progressed called after each round that went well, once the session has lasted a while */
  async run(progressed: () => void): Promise<EngineEnd> {
    const { lease, store, times, status } = this.#deps;
    const { strategy, run } = this.#loaded;
    const session = this.#session;
    let wanted = await store.wanted(strategy.id, run.id);
    let state: RunState | null = null;
    let last: HubQuote | null = null;
    status.follow(() => ({
      ...statusFigures(session, state ?? 'recovering', this.#revising.reason),
      coverage: this.#coverage.share,
    }));
    this.#mailbox.judgeQuotes((quote) => session.isIdle(0, quote));
    this.#mailbox.follow(() => this.#quotes?.latest() ?? null);
    this.#mailbox.gatherWhile(() => session.sender.hasMore);
    this.#clock.isControlDue(performance.now());
    const stableAt = performance.now() + times.retryMaxMs;
    while (!lease.signal.aborted) {
      const clock = performance.now();
      if (this.#clock.isControlDue(clock)) {
        wanted = await store.wanted(strategy.id, run.id);
        await session.retryRefused(Date.now());
      }
      if (wanted.verdict === 'superseded')
        return await this.#finish({ code: 'SUPERSEDED', message: 'A newer run took over.' });
      const next: RunState = wanted.verdict === 'run' ? 'running' : 'stopping';
      if (next !== state) {
        await this.#enter(wanted);
        state = next;
      }
      const { letters, quote } = this.#mailbox.take();
      const now = Date.now();
      for (const letter of letters) this.#notice(letter, now);
      session.checkHearing(letters, now);
      const inputs = [...(await session.read(letters, now)), ...session.guarded()];
      const tick = this.#clock.isTick(clock);
      if (tick) session.guard.tick();
      if (quote !== null) {
        last = quote;
        status.price(quote);
      }
      // With other news the machine judges by the newest quote; alone it is only worth a step when it matters.
      if (last !== null && (tick || inputs.length > 0 || (quote !== null && !session.isIdle(0, quote)))) {
        inputs.push({ type: 'event', event: quoteEvent(session.frame.context, 0, last) });
        last = null;
      }
      if (tick) {
        this.#clock.ticked(clock);
        inputs.push({ type: 'event', event: { type: 'timer', name: 'tick' } });
      }
      await session.apply(inputs, now);
      for (const letter of letters) if (letter.type === 'inspected') session.inspected(letter.startedAt);
      if (tick) session.chase(now);
      if (session.finish !== null) return await this.#ended(session.finish);
      if (wanted.verdict === 'stop' && !isClosing(wanted)) {
        const keepOrders = wanted.stop === 'keep';
        if (keepOrders || session.liveOrders().length === 0) {
          return await this.#finish(stoppedReason(keepOrders, session.guard.willStay));
        }
        if (tick) for (const order of session.liveOrders()) session.sender.cancel(order);
      }
      if (await this.#revising.step(wanted, tick, now)) {
        await this.#releaseStops();
        return 'revised';
      }
      this.#coverage.look(state === 'running' && this.#revising.reason === null, tick);
      if (tick) this.#recordEquity(now);
      if (session.wantsLook(now)) this.#looks.within(0);
      this.#looks.run();
      // What fails again at once goes on counting, and waits longer each time.
      if (clock >= stableAt) progressed();
      if (tick || inputs.length > 0) status.touch(this.#deps.calmTickMs());
      // What came since it last slept is judged by the wait itself.
      this.#quotes?.sleep(session.band(0));
      await this.#mailbox.wait(this.#clock.wait(performance.now(), Date.now()), lease.signal);
    }
    this.#deps.log.info('the run is given back');
    await this.#handBack();
    return 'given-back';
  }

  /** Answers of requests under way are booked if they come soon; the successor finds the rest by asking. */
  async #handBack(): Promise<void> {
    const session = this.#session;
    await Promise.race([session.sender.settled(), pause(500, AbortSignal.timeout(500))]);
    const { letters } = this.#mailbox.take();
    const now = Date.now();
    await session.apply(await session.read(letters, now), now).catch((error: unknown) => {
      this.#deps.log.warn({ err: error }, 'last answers were not booked; the next node asks for them');
    });
  }

  async #enter(wanted: Wanted): Promise<void> {
    const session = this.#session;
    const state = wanted.verdict === 'run' ? 'running' : 'stopping';
    const reason: Reason | null =
      state === 'running'
        ? null
        : { code: 'STOP_REQUESTED', message: 'Stopping: its orders are being cancelled.' };
    await this.#setState(state, reason);
    const event: StrategyEvent = isClosing(wanted)
      ? { type: 'lifecycle', action: 'stop', stop: wanted.stop }
      : { type: 'lifecycle', action: state === 'running' ? 'resume' : 'pause' };
    await session.apply([{ type: 'event', event }], Date.now());
    if (state === 'stopping' && event.action === 'pause')
      for (const order of session.liveOrders()) session.sender.cancel(order);
    this.#deps.status.report(state, reason);
    this.#deps.log.info({ state }, 'the run is traded here');
  }

  async #finish(reason: Reason): Promise<EngineEnd> {
    await this.#releaseStops();
    await this.#setState('stopped', reason);
    await this.#deps.status.end('stopped', reason);
    return 'ended';
  }

  async #setState(state: RunState, reason: Reason | null): Promise<void> {
    const { strategy, run, fence } = this.#loaded;
    await this.#deps.store.setRunState(strategy.id, run.id, fence, state, reason);
  }

  /** The strategy has ended by itself; MySQL knows already. */
  async #ended({ reason }: Finish): Promise<EngineEnd> {
    await this.#releaseStops();
    await this.#deps.status.end('stopped', reason);
    return 'ended';
  }

  /** A stop left over closes nothing, because nothing is held: it must not keep a run from ending. */
  async #releaseStops(): Promise<void> {
    try {
      await this.#session.guard.release();
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'a stop at the exchange was not cancelled');
    }
  }

  #notice(letter: Letter, now: number): void {
    if (letter.type === 'gap') {
      this.#looks.within(0);
      this.#session.gap(now);
    }
    if (letter.type === 'suspicion') {
      this.#session.suspect(letter.cause);
      this.#looks.within(this.#deps.times.suspectMs);
    }
    if (
      letter.type === 'report' &&
      letter.report.fill !== null &&
      isForeign(this.#session.frame, letter.report)
    ) {
      this.#looks.within(this.#deps.times.suspectMs);
    }
    if (letter.type === 'failure') {
      this.#deps.log.warn({ err: letter.error }, 'a request to the venue failed');
      this.#deps.status.error(reasonOf(letter.error));
      // Nothing can be done from this address any more; the run is opened anew, here or elsewhere.
      if (isAddressRefusal(letter.error)) throw letter.error;
    }
  }

  #recordEquity(now: number): void {
    // A missing point of a chart is no reason to stop trading.
    this.#deps.equity
      .record(() => equityFigures(this.#session), now)
      .catch((error: unknown) => {
        this.#deps.log.warn({ err: error }, 'the equity snapshot was not written');
      });
  }
}
