import type { Reason } from '@gridfleet/shared/domain';
import type { RunState } from '@gridfleet/shared/schema';
import type { Following, HubQuote } from '../hub/market-data-hub.js';
import { DeadlineError } from '../util/deadline.js';
import { pause } from '../util/pause.js';
import { claimExposure } from './claim-exposure.js';
import type { EngineDeps, EngineEnd } from './engine-types.js';
import { FeeValuer } from './fee-valuer.js';
import { Mailbox } from './mailbox.js';
import { openRun, revisionRefusal, RunFailure, type OpenedLeg } from './open-run.js';
import type { LoadedRun } from './load-run.js';
import { FencedError } from './fenced-batch.js';
import { isHopeless, reasonOf } from './failure-reason.js';
import { fundingStart, historyStart } from './history-start.js';
import { quoteEvent } from './quotes.js';
import { Retries } from './retries.js';
import { RunLoop } from './run-loop.js';
import { RunSession } from './run-session.js';

/** Stops at the exchange are looked up with each fourth look: once a minute. */
const STOPS_EVERY_LOOKS = 4;

/** Runs one strategy on this node, from claim to end. */
export class RunEngine {
  readonly #deps: EngineDeps;
  readonly #strategyId: number;
  readonly #runId: number;
  readonly #mailbox = new Mailbox();
  #loop: RunLoop | null = null;
  readonly #retries: Retries;

  constructor(strategyId: number, runId: number, deps: EngineDeps) {
    this.#strategyId = strategyId;
    this.#runId = runId;
    this.#deps = deps;
    this.#retries = new Retries(deps.times);
  }

  /** The desired state may have changed: look at it now. */
  control(): void {
    this.#loop?.control();
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
    const { store, lease, log, metrics, node, status } = this.#deps;
    let isAgain = false;
    while (!lease.signal.aborted) {
      if (isAgain) await this.#deps.openAgain();
      isAgain = false;
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
        if (end !== 'given-back' && end !== 'revised') return end;
      } catch (error) {
        if (error instanceof FencedError) {
          metrics.count('gridfleet_fence_rejections_total', {});
          return 'lost';
        }
        if (await this.#deps.isUnfit(error)) return 'given-back';
        if (error instanceof RunFailure || isHopeless(error)) {
          if (await this.#fail(fence, reasonOf(error))) return 'ended';
        }
        metrics.count('gridfleet_run_interruptions_total', {});
        const { waitMs, reason, isLoop } = this.#retries.after(error);
        log.error({ err: error, waitMs }, 'the run was interrupted; it reloads and reconciles');
        status.report('waiting', reason, { lastError: reasonOf(error) });
        if (isLoop) await this.#tellOfLoop(reason);
        await pause(waitMs, lease.signal);
        isAgain = true;
      }
    }
    return 'given-back';
  }

  async #tellOfLoop(reason: Reason): Promise<void> {
    try {
      await this.#deps.store.noteCrashLoop(this.#strategyId, reason);
    } catch (error) {
      this.#deps.log.error({ err: error }, 'nobody could be told that the run fails again and again');
    }
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
    const followings: Following[] = [];
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
            onAccountChange: ({ cause }) => this.#mailbox.put({ type: 'suspicion', cause }),
          }),
        );
        // The machines see the quotes of their first leg.
        const isFirst = followings.length === 0;
        const following = this.#deps.hub.subscribe(
          account.venue,
          account.environment,
          leg.market,
          (quote) => {
            if (isFirst) this.#mailbox.putQuote(quote);
          },
        );
        unsubscribe.push(() => following.stop());
        followings.push(following);
      }
      const { session, revision } = await this.#open(loaded, legs, (stop) => unsubscribe.push(stop));
      if (session.finish !== null) {
        await this.#deps.status.end('stopped', session.finish.reason);
        return 'ended';
      }
      this.#loop = new RunLoop({
        engine: this.#deps,
        loaded,
        session,
        mailbox: this.#mailbox,
        quotes: followings[0] ?? null,
        revision,
        refusalOf: (params) => revisionRefusal(loaded, params, legs),
      });
      return await this.#loop.run(() => this.#retries.wentWell());
    } finally {
      this.#loop = null;
      this.#mailbox.judgeQuotes(null);
      this.#mailbox.follow(() => null);
      this.#mailbox.gatherWhile(() => false);
      for (const stop of unsubscribe) stop();
      for (const { session } of legs) await session.release();
    }
  }

  async #open(
    loaded: LoadedRun,
    legs: readonly OpenedLeg[],
    atEnd: (stop: () => void) => void,
  ): Promise<{ session: RunSession; revision: number }> {
    const { store, steps, accounts, books, lease, times, log } = this.#deps;
    await claimExposure(loaded, legs, this.#deps);
    const now = Date.now();
    const opened = await openRun(loaded, legs, steps, now);
    const markets = legs[0]?.markets;
    if (markets === undefined) throw new RunFailure({ code: 'NO_LEG', message: 'The strategy has no leg.' });
    const historyFrom = historyStart(loaded, now);
    const session = new RunSession(opened.frame, opened.memory, loaded.fillCount, historyFrom, {
      store,
      steps,
      accounts,
      books,
      held: loaded.held,
      fundingFrom: fundingStart(loaded, now),
      standing: opened.standing,
      lastGeneration: loaded.firstGeneration - 1,
      verifyStopsMs: times.inspectMs * STOPS_EVERY_LOOKS,
      lease,
      mailbox: this.#mailbox,
      sessions: legs.map((leg) => leg.session),
      valuer: new FeeValuer(markets),
      publish: (events) => this.#deps.publish(events),
      alert: (reason) => {
        log.error({ reason }, 'a strategy needs somebody');
        this.#deps.status.error(reason);
      },
      log,
      metrics: this.#deps.metrics,
    });
    atEnd(session.shareOrders());
    if (opened.first !== null) session.adopt(opened.first, now);
    else await this.#recover(session);
    return { session, revision: opened.revision };
  }

  /** No new order before one complete comparison with the venue, and a quote to judge by. */
  async #recover(session: RunSession): Promise<void> {
    const { lease, times } = this.#deps;
    await session.guard.recover();
    session.guarded();
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
    if (first === null) return;
    const event = quoteEvent(session.frame.context, 0, first);
    await session.apply([{ type: 'event', event }], Date.now());
  }

  #report(state: RunState, reason: Reason | null): void {
    this.#deps.status.report(state, reason);
  }
}
