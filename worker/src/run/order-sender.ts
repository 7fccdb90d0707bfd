import { Decimal } from '@gridfleet/shared/domain';
import type { Counters, Logger } from '@gridfleet/shared/infra';
import { assertLeaseCovers, type Lease } from '../node/lease.js';
import type { OrderReport, VenueAccount } from '../venue/venue.js';
import { NotSentError } from '../venue/venue-error.js';
import type { LiveOrder } from './live-order.js';
import type { Mailbox } from './mailbox.js';
import { IntentValidity } from './intent-validity.js';
import type { RunFrame } from './step.js';

/** Requests of one run under way at once; the rest wait their turn in order. */
const CONCURRENCY = 12;

export interface SenderDeps {
  accountOf(leg: number): VenueAccount;
  lease: Lease;
  mailbox: Mailbox;
  extend(orderIds: string[], notAfter: Date): Promise<void>;
  log: Logger;
  metrics?: Counters;
}

/** Carries committed intents to the venue. What became of each comes back as a letter; nothing is sent twice. */
export class OrderSender {
  readonly #frame: RunFrame;
  readonly #deps: SenderDeps;
  readonly #queue: (() => Promise<void>)[] = [];
  /** Placements that wait for their turn, in order. */
  readonly #waiting = new Map<string, LiveOrder>();
  #active = 0;
  readonly #inFlight = new Set<string>();
  readonly #validity: IntentValidity;
  #idle: (() => void)[] = [];
  /** Committed placements that wait for a gap to be filled; null while none is open. */
  #held: LiveOrder[] | null = null;

  constructor(frame: RunFrame, deps: SenderDeps) {
    this.#frame = frame;
    this.#deps = deps;
    this.#validity = new IntentValidity((ids, notAfter) => deps.extend(ids, notAfter));
  }

  place(order: LiveOrder): void {
    const id = order.row.clientOrderId;
    this.#inFlight.add(id);
    if (this.#held !== null) {
      this.#held.push(order);
      return;
    }
    this.#waiting.set(id, order);
    this.#run(async () => {
      this.#waiting.delete(id);
      try {
        await this.#place(order);
      } finally {
        this.#inFlight.delete(id);
      }
    });
  }

  /** Private events may be missing: placements wait until `release`, everything else goes on. */
  hold(): void {
    this.#held ??= [];
  }

  /** Sends what waited; what waited too long is given up, because the rules may have changed meanwhile. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const order of held) {
      if (!this.#validity.isStale(order)) {
        this.place(order);
        continue;
      }
      const { clientOrderId } = order.row;
      this.#inFlight.delete(clientOrderId);
      const reason = {
        code: 'STREAM_GAP',
        message:
          'The private stream was interrupted and the books could not be checked in time; nothing was sent.',
      };
      // The gap is over: what was given up may be asked for again at once.
      const outcome = { phase: 'not-sent', reason, retryAt: Date.now() } as const;
      this.#deps.mailbox.put({ type: 'outcome', clientOrderId, outcome });
    }
  }

  cancel(order: LiveOrder): void {
    const { row } = order;
    this.#run(async () => {
      const outcome = await this.#deps.accountOf(row.leg).cancel(row.market, row.clientOrderId);
      if (outcome.phase === 'canceled') this.#deps.mailbox.put({ type: 'report', report: outcome.report });
      // Held back before it left: it is sent again like a cancel that got lost.
      else if (outcome.phase !== 'not-sent') await this.#lookUp(order);
    });
  }

  /** Cancels an order with our prefix that belongs to nobody; the next look shows whether it worked. */
  cancelStranger(leg: number, report: OrderReport): void {
    this.#run(async () => {
      await this.#deps.accountOf(leg).cancel(report.market, report.clientOrderId);
    });
  }

  /** Asks the venue what became of an order; the answer comes as findings. */
  lookUp(order: LiveOrder): void {
    this.#run(() => this.#lookUp(order));
  }

  fetchTrades(order: LiveOrder): void {
    const { row } = order;
    const { exchangeOrderId } = row;
    if (exchangeOrderId === null) return;
    this.#run(async () => {
      const trades = await this.#deps.accountOf(row.leg).orderTrades(row.market, exchangeOrderId);
      this.#deps.mailbox.put({ type: 'trades', trades });
    });
  }

  isInFlight(clientOrderId: string): boolean {
    return this.#inFlight.has(clientOrderId);
  }

  /** Whether placements other than the one that is being answered are under way. */
  get hasMore(): boolean {
    return this.#inFlight.size > 1;
  }

  /** Latest moment at which the venue may accept this order, ms since epoch by our clock. */
  validUntil(order: LiveOrder): number {
    return this.#validity.until(order);
  }

  /** Resolves when no request is under way. */
  async settled(): Promise<void> {
    if (this.#active === 0 && this.#queue.length === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async #place(order: LiveOrder): Promise<void> {
    const { row } = order;
    const { lease, mailbox } = this.#deps;
    const notAfter = await this.#validity.ensure(order, this.#waiting.values());
    const leg = this.#frame.context.legs[row.leg];
    if (leg === undefined) throw new RangeError(`the strategy has no leg ${row.leg}`);
    const sentAt = performance.now();
    const outcome = await this.#deps.accountOf(row.leg).place(
      {
        market: leg.market,
        clientOrderId: row.clientOrderId,
        side: row.side,
        type: row.type,
        timeInForce: row.timeInForce,
        postOnly: row.postOnly,
        price: row.price,
        quantity: new Decimal(row.quantity).toFixed(),
        positionSide: row.positionSide,
        reduceOnly: row.reduceOnly,
      },
      (signedAt, validForMs) => {
        assertLeaseCovers(lease, validForMs);
        if (signedAt + validForMs > notAfter) {
          throw new NotSentError(
            'INTENT_EXPIRED',
            'The order waited longer than its validity; nothing was sent.',
          );
        }
      },
    );
    this.#deps.metrics?.observe(
      'gridfleet_order_ack_seconds',
      { outcome: outcome.phase },
      (performance.now() - sentAt) / 1_000,
    );
    mailbox.put({ type: 'outcome', clientOrderId: row.clientOrderId, outcome });
  }

  async #lookUp(order: LiveOrder): Promise<void> {
    const { row } = order;
    const startedAt = Date.now();
    const found = await this.#deps.accountOf(row.leg).order(row.market, row.clientOrderId);
    this.#deps.mailbox.put({
      type: 'findings',
      startedAt,
      cause: 'LOOKUP',
      findings: {
        reports: found.found ? [found.report] : [],
        absent: found.found ? [] : [order],
        trades: [],
        foreign: [],
        orphans: [],
      },
    });
  }

  #run(task: () => Promise<void>): void {
    this.#queue.push(task);
    this.#pump();
  }

  #pump(): void {
    while (this.#active < CONCURRENCY) {
      const task = this.#queue.shift();
      if (task === undefined) break;
      this.#active += 1;
      task()
        .catch((error: unknown) =>
          this.#deps.mailbox.put({ type: 'failure', what: 'a request to the venue', error }),
        )
        .finally(() => {
          this.#active -= 1;
          this.#pump();
          if (this.#active === 0 && this.#queue.length === 0) {
            for (const resolve of this.#idle.splice(0)) resolve();
          }
        });
    }
  }
}
