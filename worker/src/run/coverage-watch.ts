import type { DecimalString } from '@gridfleet/shared/domain';
import { Coverage } from './coverage.js';
import type { EngineDeps } from './engine-types.js';
import type { RunSession } from './run-session.js';

/** Keeps the coverage of a session and tells its status what has its order now. */
export class CoverageWatch {
  readonly #session: RunSession;
  readonly #status: EngineDeps['status'];
  readonly #coverage = new Coverage();
  #seen = -1;
  #wasTrading = false;

  constructor(session: RunSession, status: EngineDeps['status']) {
    this.#session = session;
    this.#status = status;
  }

  get share(): DecimalString | null {
    return this.#coverage.share;
  }

  /** Cells change with steps only; in between time passes. */
  look(isTrading: boolean, isTick: boolean): void {
    const { version } = this.#session;
    const isSame = version === this.#seen && isTrading === this.#wasTrading;
    if (isSame && !isTick) return;
    this.#seen = version;
    this.#wasTrading = isTrading;
    if (isSame) this.#coverage.pass(performance.now());
    else if (isTrading) this.#coverage.observe(this.#session.view().levels, performance.now());
    else this.#coverage.pause(performance.now());
    this.#status.orders(this.#coverage.now);
  }
}
