import { dec, type Reason } from '@gridfleet/shared/domain';
import type { PlaceOutcome, OrderReport, VenueFill } from '../venue/venue.js';
import type { HubQuote } from '../hub/market-data-hub.js';
import type { FundingPayment } from '../venue/venue-futures.js';
import type { Findings } from './reconcile.js';
import type { AccountEvent } from './sight.js';

export type Letter =
  | { type: 'report'; report: OrderReport }
  | { type: 'trades'; trades: VenueFill[] }
  | { type: 'outcome'; clientOrderId: string; outcome: PlaceOutcome }
  /** `cause` names the look; what it changes in the books is journaled under it. */
  | { type: 'findings'; findings: Findings; startedAt: number; cause: string }
  /** Funding of a contract that is not booked yet. */
  | { type: 'funding'; leg: number; payments: FundingPayment[] }
  /** Something calls for a look at the venue soon. */
  | { type: 'suspicion'; cause: string }
  /** What a look that a machine asked for has shown. */
  | { type: 'sight'; event: AccountEvent }
  /** A stop at the exchange has closed the position. */
  | { type: 'stopped-out'; reason: Reason }
  | { type: 'gap'; reason: string }
  /** A complete look at the venue that began at `startedAt` is told in the letters before this one. */
  | { type: 'inspected'; startedAt: number }
  | { type: 'failure'; what: string; error: unknown };

/** Whether a quote alone is no reason to wake. */
export type QuoteJudge = (quote: HubQuote) => boolean;

/** How long the word that an order rests waits for that of others, so that one transaction books them all, ms. */
const GATHER_MS = 25;

/** Whether all a letter says is that an order rests: nothing follows from it. */
function saysItRests(letter: Letter): boolean {
  const report =
    letter.type === 'report'
      ? letter.report
      : letter.type === 'outcome' && letter.outcome.phase === 'accepted'
        ? letter.outcome.report
        : null;
  return report?.state === 'open' && report.fill === null && dec(report.filledQuantity).isZero();
}

/** Letters of one run, in order of arrival; quotes are conflated to the newest. One reader. */
export class Mailbox {
  #letters: Letter[] = [];
  #quote: HubQuote | null = null;
  #wake: ((withinMs: number) => void) | null = null;
  #poked = false;
  /** Until when the letters here may wait for others, monotonic ms; 0 when one of them may not. */
  #patientUntil = Infinity;
  #isMoreComing: () => boolean = () => false;
  #isIdle: QuoteJudge = () => false;
  #newest: () => HubQuote | null = () => null;
  /** The newest quote its reader has had, or has here. */
  #seen: HubQuote | null = null;

  /** Where the newest quote is: those that its reader sleeps through are not put here. */
  follow(newest: () => HubQuote | null): void {
    this.#newest = newest;
  }

  /** From now on a quote that is idle is kept for whoever reads next, and wakes nobody; null for none. */
  judgeQuotes(isIdle: QuoteJudge | null): void {
    this.#isIdle = isIdle ?? ((): boolean => false);
  }

  /** Whether more orders are under way: then the word that one rests waits a moment for theirs. */
  gatherWhile(isMoreComing: () => boolean): void {
    this.#isMoreComing = isMoreComing;
  }

  put(letter: Letter): void {
    this.#letters.push(letter);
    const isPatient = this.#isMoreComing() && saysItRests(letter);
    this.#patientUntil = isPatient ? Math.min(this.#patientUntil, performance.now() + GATHER_MS) : 0;
    this.#wake?.(isPatient ? GATHER_MS : 0);
  }

  putQuote(quote: HubQuote): void {
    this.#quote = this.#seen = quote;
    if (this.#wake !== null && !this.#isIdle(quote)) this.#wake(0);
  }

  /** Makes a waiting reader return without a letter. */
  poke(): void {
    this.#poked = true;
    this.#wake?.(0);
  }

  get depth(): number {
    return this.#letters.length;
  }

  take(): { letters: Letter[]; quote: HubQuote | null } {
    this.#look();
    const letters = this.#letters;
    const quote = this.#quote;
    this.#letters = [];
    this.#quote = null;
    this.#poked = false;
    this.#patientUntil = Infinity;
    return { letters, quote };
  }

  /** Resolves when there is something to read, after `ms`, or when the signal aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    const patience = this.#patientUntil - performance.now();
    if (patience <= 0 || this.#poked || signal.aborted) return;
    this.#look();
    // Judged anew: what was idle when it came may matter after the steps since.
    if (this.#quote !== null && !this.#isIdle(this.#quote)) return;
    await new Promise<void>((resolve) => {
      let due = Infinity;
      let timer: NodeJS.Timeout | undefined;
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#wake = null;
        resolve();
      };
      const within = (waitMs: number): void => {
        const at = performance.now() + waitMs;
        if (at >= due) return;
        due = at;
        clearTimeout(timer);
        timer = setTimeout(done, waitMs);
      };
      within(Math.min(ms, patience));
      signal.addEventListener('abort', done, { once: true });
      this.#wake = (withinMs) => (withinMs === 0 ? done() : within(withinMs));
    });
  }

  #look(): void {
    const newest = this.#newest();
    if (newest === null || newest === this.#seen) return;
    this.#quote = this.#seen = newest;
  }
}
