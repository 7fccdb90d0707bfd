import type { Reason } from '@gridfleet/shared/domain';
import type { RunSession } from './run-session.js';
import type { Wanted } from './run-store.js';

export interface RevisingDeps {
  session: RunSession;
  /** Of the params in force. */
  revision: number;
  /** Why params cannot come into force, null when they can. */
  refusalOf(params: string): Promise<Reason | null>;
  /** Tells people that an edit was refused; the old params stay in force. */
  refuse(reason: Reason): void;
}

const UNDER_WAY: Reason = {
  code: 'EDIT_APPLYING',
  message: 'Its orders are being cancelled; then the new params come into force.',
};

/**
 * Brings edited params into force while a run goes on: orders are cancelled, and once the exchange has confirmed that, the
 * run is opened again with what the old revision carries over. An edit whose plan is refused changes nothing.
 */
export class Revising {
  readonly #deps: RevisingDeps;
  #refused: number | null = null;
  #isUnderWay = false;

  constructor(deps: RevisingDeps) {
    this.#deps = deps;
  }

  /** Why the strategy has no orders while an edit is under way; null when none is. */
  get reason(): Reason | null {
    return this.#isUnderWay ? UNDER_WAY : null;
  }

  /** @param isTick about once a second: cancels are sent again then. @returns whether the new params may come into force. */
  async step(wanted: Wanted, isTick: boolean, now: number): Promise<boolean> {
    const { session, revision } = this.#deps;
    if (wanted.verdict !== 'run' || wanted.revision === revision) {
      this.#isUnderWay = false;
      return false;
    }
    // What ends by itself ends as it was going to: the next start begins with the new params.
    if (this.#refused === wanted.revision || session.view().ending) return false;
    if (!this.#isUnderWay) {
      const refusal = await this.#deps.refusalOf(wanted.params);
      if (refusal !== null) {
        this.#refused = wanted.revision;
        const message = `The edit is not in force; the strategy trades on as before. ${refusal.message}`;
        this.#deps.refuse({ code: refusal.code, message });
        return false;
      }
      this.#isUnderWay = true;
      await session.apply([{ type: 'event', event: { type: 'lifecycle', action: 'pause' } }], now);
      for (const order of session.liveOrders()) session.sender.cancel(order);
    } else if (isTick) {
      for (const order of session.liveOrders()) session.sender.cancel(order);
    }
    return session.liveOrders().length === 0;
  }
}
