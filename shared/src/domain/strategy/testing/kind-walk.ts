import { isFinal } from '../../order/order.js';
import type { MachineState } from '../kind.js';
import { randomFrom, type TestOrder } from '../range-grid/test-exchange.js';
import type { KindSession } from './kind-session.js';

/** What one random life of a strategy has to go through. */
export interface WalkOptions<P> {
  seed: number;
  steps: number;
  /** Fills of orders thought to be over, and orders that come back: what only a misbehaving venue does. */
  lateNews: boolean;
  /** Edits to choose from; none when empty. */
  edits: readonly Partial<P>[];
}

const REFUSAL = { code: 'INSUFFICIENT_BALANCE', message: 'The exchange refused the order.' };

/** For tests only: lives a strategy through a random market with everything that can go wrong, the same for a seed. */
export class KindWalk<P, S extends MachineState> {
  readonly #random: () => number;
  #paused = false;

  constructor(
    readonly session: KindSession<P, S>,
    readonly options: WalkOptions<P>,
  ) {
    this.#random = randomFrom(options.seed);
  }

  run(): void {
    for (let step = 0; step < this.options.steps; step += 1) this.#step();
  }

  /** Faults end: everything is answered, waiting times pass, and the market stands still. */
  settle(): void {
    const { session } = this;
    if (this.#paused) session.resume();
    session.quote(session.exchange.bid, session.exchange.ask);
    for (let round = 0; round < 60; round += 1) {
      session.cancelAsked();
      session.tick(61_000);
      session.acceptAll();
    }
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.#random() * items.length)];
  }

  #upTo(limit: number): number {
    return 1 + Math.floor(this.#random() * limit);
  }

  #step(): void {
    const dice = this.#random();
    if (dice < 0.34) this.#moveMarket();
    else if (dice < 0.62) this.#answer();
    else if (dice < 0.72) this.#trade();
    else if (dice < 0.84) this.#endCancel();
    else if (dice < 0.88) this.session.tick(this.#upTo(90_000));
    else if (dice < 0.91) this.#repeatNews();
    else if (dice < 0.93) this.#cancelOutside();
    else if (dice < 0.955) this.#pauseOrResume();
    else if (dice < 0.98) this.#lateNews();
    else this.#edit();
  }

  #moveMarket(): void {
    const { session } = this;
    const far = this.#random() < 0.1 ? 900 : 120;
    const bid = Math.min(25_000, Math.max(8_000, session.exchange.bid + this.#upTo(2 * far) - far));
    session.quote(bid, bid + this.#upTo(3));
    for (const order of session.exchange.live())
      if (session.exchange.isCrossed(order) && this.#random() < 0.8) this.#fillSome(order);
  }

  #fillSome(order: TestOrder): void {
    const rest = order.quantity - order.filled;
    this.session.fill(order, this.#random() < 0.6 ? rest : this.#upTo(rest));
  }

  #answer(): void {
    const { session } = this;
    const order = this.#pick(
      session.exchange.live().filter((at) => at.state === 'intent' || at.state === 'sent'),
    );
    if (order === undefined) return;
    const dice = this.#random();
    if (order.price === null && dice < 0.8) this.#fillSome(order);
    else if (dice < 0.8) session.tell(session.exchange.update(order, 'open'));
    else if (dice < 0.87) session.tell(session.exchange.update(order, 'sent'));
    else if (dice < 0.94) session.tell(session.exchange.update(order, 'rejected', REFUSAL));
    else if (dice < 0.97) session.tell(session.exchange.update(order, 'expired'));
    else session.tell(session.exchange.update(order, 'never-sent', this.#random() < 0.5 ? REFUSAL : null));
  }

  #trade(): void {
    const order = this.#pick(this.session.exchange.live());
    if (order !== undefined) this.#fillSome(order);
  }

  /** A cancellation is done, or loses the race against a fill. */
  #endCancel(): void {
    const order = this.#pick(this.session.exchange.live().filter((at) => at.cancelRequested));
    if (order === undefined) return;
    if (this.#random() < 0.3) this.#fillSome(order);
    if (!isFinal(order.state)) this.session.cancel(order);
  }

  #repeatNews(): void {
    const order = this.#pick(this.session.exchange.orders);
    if (order !== undefined) this.session.tell(this.session.exchange.update(order, order.state));
  }

  #cancelOutside(): void {
    const order = this.#pick(this.session.exchange.live());
    if (order !== undefined) this.session.cancel(order);
  }

  #pauseOrResume(): void {
    if (this.#paused) this.session.resume();
    else this.session.pause();
    this.#paused = !this.#paused;
  }

  #lateNews(): void {
    if (!this.options.lateNews) return;
    const { session } = this;
    const order = this.#pick(
      session.exchange.orders.filter((at) => isFinal(at.state) && at.filled < at.quantity),
    );
    if (order === undefined) return;
    const wasAbsent = order.state === 'never-sent' || order.state === 'rejected';
    if (wasAbsent && this.#random() < 0.5) session.tell(session.exchange.update(order, 'open'));
    else this.#fillSome(order);
  }

  #edit(): void {
    const { session } = this;
    const edit = this.#pick(this.options.edits);
    if (edit === undefined) return;
    session.pause();
    for (const order of session.exchange.live()) session.cancel(order);
    session.edit(edit);
    this.#paused = false;
  }
}

/** Rows whose object changed although nothing in them did: each would be stored for nothing. */
export function needlessCopies(before: MachineState, after: MachineState): string[] {
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const found: string[] = [];
  for (const [slot, value] of after.slots) {
    const old = before.slots.get(slot);
    if (old !== value && same(old, value)) found.push(`slot ${slot} was copied`);
  }
  if (before.header !== after.header && same(before.header, after.header))
    found.push('the header was copied');
  return found;
}
