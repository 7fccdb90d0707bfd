import type { Market } from '@gridfleet/shared/domain';
import type { OrderReport, VenueFill } from '../venue/venue.js';
import type { FeeValuer } from './fee-valuer.js';
import { conclusion, isUncertain, valued, type LiveOrder } from './live-order.js';
import type { Letter } from './mailbox.js';
import type { OrderSender } from './order-sender.js';
import type { Input } from './step.js';

/** Added to an intent's validity before absence means anything: what the clocks may differ by, generously. */
const ABSENCE_SKEW_MS = 1_000;
/** Two reads that find nothing must be this far apart to count as two. */
const ABSENCE_SPACING_MS = 500;
const ABSENT_READS = 2;

export interface Reader {
  order(clientOrderId: string): LiveOrder | undefined;
  orderByExchangeId(exchangeOrderId: string): LiveOrder | undefined;
  market(leg: number): Market;
  /** Whether the venue of a leg accepts requests however late they come. */
  neverExpires(leg: number): boolean;
  valuer: FeeValuer;
  sender: OrderSender;
}

function withCause(inputs: Input[], cause: string): Input[] {
  return inputs.map((input) => (input.type === 'report' ? { ...input, cause } : input));
}

/** Turns letters into what the machine is stepped with. Keeps count of reads that found nothing. */
export class LetterReader {
  readonly #reader: Reader;
  readonly #absences = new Map<string, { reads: number; at: number }>();

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** @throws VenueError when a fee cannot be valued: the letters are then read again by a reload. */
  async inputs(letter: Letter, now: number): Promise<Input[]> {
    switch (letter.type) {
      case 'report':
        return this.#report(letter.report);
      case 'trades':
        return withCause(await this.#trades(letter.trades), 'TRADES_FETCHED');
      case 'outcome':
        return this.#outcome(letter);
      case 'findings': {
        const reports = await Promise.all(letter.findings.reports.map((report) => this.#report(report)));
        const trades = await this.#trades(letter.findings.trades, letter.findings.reports);
        const absences = letter.findings.absent.flatMap((order) =>
          this.#absence(order, letter.startedAt, now),
        );
        return withCause([...trades, ...reports.flat(), ...absences], letter.cause);
      }
      case 'funding':
        return letter.payments.map((payment) => ({ type: 'funding', leg: letter.leg, payment }));
      case 'stopped-out': {
        const { reason } = letter;
        return [{ type: 'event', event: { type: 'lifecycle', action: 'stop', stop: 'sell', reason } }];
      }
      case 'sight':
        return [{ type: 'event', event: letter.event }];
      case 'suspicion':
      case 'gap':
      case 'inspected':
      case 'failure':
        return [];
    }
  }

  async #report(report: OrderReport): Promise<Input[]> {
    const order = this.#reader.order(report.clientOrderId);
    if (order === undefined) return [];
    this.#absences.delete(report.clientOrderId);
    const fill =
      report.fill === null
        ? null
        : await this.#reader.valuer.value(report.fill, this.#reader.market(order.row.leg));
    return [{ type: 'report', report: valued(report, fill) }];
  }

  /** @param beside reports of the same look: they may be the first to name an order's exchange id */
  async #trades(trades: readonly VenueFill[], beside: readonly OrderReport[] = []): Promise<Input[]> {
    const inputs: Input[] = [];
    const named = new Map(beside.map((report) => [report.exchangeOrderId, report.clientOrderId]));
    for (const trade of trades) {
      const order =
        this.#reader.orderByExchangeId(trade.exchangeOrderId) ??
        this.#reader.order(named.get(trade.exchangeOrderId) ?? '');
      if (order === undefined || order.tradeIds.has(trade.tradeId)) continue;
      const fill = await this.#reader.valuer.value(trade, this.#reader.market(order.row.leg));
      // The trade alone says nothing about the order's state: it keeps what was last reported.
      inputs.push({ type: 'report', report: { ...conclusion(order, order.reportedState, null), fill } });
    }
    return inputs;
  }

  async #outcome(letter: Extract<Letter, { type: 'outcome' }>): Promise<Input[]> {
    const order = this.#reader.order(letter.clientOrderId);
    if (order === undefined) return [];
    const { outcome } = letter;
    switch (outcome.phase) {
      case 'accepted':
        return this.#report(outcome.report);
      case 'rejected':
        return [{ type: 'report', report: conclusion(order, 'rejected', outcome.reason) }];
      case 'ambiguous':
        return [{ type: 'report', report: conclusion(order, 'sent', outcome.reason) }];
      case 'not-sent': {
        const { reason, retryAt } = outcome;
        // A node whose lease ends leaves the intent to its successor, which proves the same once more.
        if (reason.code === 'LEASE_ENDING') return [];
        const report = conclusion(order, 'never-sent', reason);
        return [{ type: 'report', report: retryAt === undefined ? report : { ...report, retryAt } }];
      }
    }
  }

  /**
   * The venue did not know an order when asked. That is a conclusion only when it can no longer accept the request
   * and a second read agrees (reliability rules: absence is never proof before the validity has ended).
   */
  #absence(seen: LiveOrder, startedAt: number, now: number): Input[] {
    const id = seen.row.clientOrderId;
    const order = this.#reader.order(id);
    if (order === undefined || order.row.isFinal || !isUncertain(order) || this.#reader.sender.isInFlight(id))
      return [];
    if (this.#reader.neverExpires(order.row.leg)) return [];
    if (startedAt < this.#reader.sender.validUntil(order) + ABSENCE_SKEW_MS) return [];
    const before = this.#absences.get(id);
    if (before !== undefined && startedAt - before.at < ABSENCE_SPACING_MS) return [];
    const reads = (before?.reads ?? 0) + 1;
    this.#absences.set(id, { reads, at: now });
    if (reads < ABSENT_READS) return [];
    this.#absences.delete(id);
    const reason = {
      code: 'NEVER_ACCEPTED',
      message: 'The exchange does not have this order and can no longer accept it.',
    };
    return [{ type: 'report', report: conclusion(order, 'never-sent', reason) }];
  }
}
