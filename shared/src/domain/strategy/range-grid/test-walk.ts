import { isFinal } from '../../order/order.js';
import type { RangeGridParams } from './params.js';
import { randomFrom, type FeeMode, type TestOrder } from './test-exchange.js';
import { TestSession } from './test-session.js';

/** Parameters and faults of one random life of a grid, as a property draws them. */
export interface Life {
  seed: number;
  params: Partial<RangeGridParams>;
  feeMode: FeeMode;
  /** Start price, ticks. */
  start: number;
  steps: number;
  /** Fills of orders thought to be over, and orders that come back: what only a misbehaving venue does. */
  lateNews: boolean;
  edits: boolean;
}

const REFUSAL = { code: 'INSUFFICIENT_BALANCE', message: 'The exchange refused the order.' };
const EDITS: Partial<RangeGridParams>[] = [
  { lower: '130', upper: '165', levels: 6 },
  { lower: '145', upper: '180', levels: 4, spacing: 'geometric' },
  { lower: '140', upper: '160', levels: 9, profitMode: 'quote', quantityMode: 'base', quantity: '0.3' },
];

/** For tests only: lives a grid through a random market with everything that can go wrong, the same for a seed. */
export class Walk {
  readonly session: TestSession;
  readonly #random: () => number;

  constructor(readonly life: Life) {
    this.#random = randomFrom(life.seed);
    this.session = new TestSession({
      params: life.params,
      feeMode: life.feeMode,
      leg: { bid: life.start - 1, ask: life.start },
    });
  }

  run(): void {
    for (let step = 0; step < this.life.steps; step += 1) this.#step();
  }

  /** Faults end: everything is answered, waiting times pass, and the market stands still. */
  settle(): void {
    const { session } = this;
    if (session.state.header.paused) session.resume();
    for (let round = 0; round < 60; round += 1) {
      for (const order of session.exchange.live()) if (order.cancelRequested) session.cancel(order);
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
    if (dice < 0.3) this.#moveMarket();
    else if (dice < 0.6) this.#answer();
    else if (dice < 0.72) this.#trade();
    else if (dice < 0.8) this.#endCancel();
    else if (dice < 0.86) this.session.tick(this.#upTo(7_000));
    else if (dice < 0.9) this.#repeatNews();
    else if (dice < 0.92) this.#cancelOutside();
    else if (dice < 0.95) this.#pauseOrResume();
    else if (dice < 0.98) this.#lateNews();
    else if (this.life.edits) this.#edit();
  }

  #moveMarket(): void {
    const { session } = this;
    const far = this.#random() < 0.1 ? 1_500 : 200;
    const ask = Math.min(20_000, Math.max(11_000, session.exchange.ask + this.#upTo(2 * far) - far));
    session.quote(ask - this.#upTo(3), ask);
    for (const order of session.exchange.live()) {
      if (session.exchange.isCrossed(order) && this.#random() < 0.8) this.#fillSome(order);
    }
  }

  #fillSome(order: TestOrder): void {
    const rest = order.quantity - order.filled;
    this.session.fill(order, this.#random() < 0.5 ? rest : this.#upTo(rest));
  }

  #answer(): void {
    const { session } = this;
    const order = this.#pick(
      session.exchange.live().filter((at) => at.state === 'intent' || at.state === 'sent'),
    );
    if (order === undefined) return;
    const dice = this.#random();
    if (order.price === null && dice < 0.8) this.#fillSome(order);
    else if (dice < 0.75) session.tell(session.exchange.update(order, 'open'));
    else if (dice < 0.85) session.tell(session.exchange.update(order, 'sent'));
    else if (dice < 0.93) session.tell(session.exchange.update(order, 'rejected', REFUSAL));
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
    if (this.session.state.header.paused) this.session.resume();
    else this.session.pause();
  }

  #lateNews(): void {
    if (!this.life.lateNews) return;
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
    session.pause();
    for (const order of session.exchange.live()) session.cancel(order);
    session.edit(this.#pick(EDITS) ?? {});
  }
}
