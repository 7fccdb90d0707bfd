import {
  dec,
  isOurs,
  parseClientOrderId,
  type ExchangeStop,
  type Market,
  type Reason,
} from '@gridfleet/shared/domain';
import type { ExchangeStopRow, Logger } from '@gridfleet/shared/infra';
import { assertLeaseCovers, type Lease } from '../node/lease.js';
import type { VenueAccount } from '../venue/venue.js';
import type { StopOutcome, StopReport, VenueFutures, VenueStops } from '../venue/venue-futures.js';
import type { StopStore } from './stop-store.js';
import { stopOrderRow, stopRow } from './stop-order.js';
import type { RunFrame } from './step-types.js';

/** A stop that was refused is tried again after this long, then twice as long each time, ms. */
const RETRY_MS = 5_000;
const RETRY_MAX_MS = 60_000;
/** Added to a stop's validity before its absence means that it was never accepted, ms. */
const SKEW_MS = 1_000;
/** A stop that trails the price is moved when it is this far from where it is to be (parts of its price), no sooner than … ms. */
const MOVE_SHARE = '0.001';
const MOVE_EVERY_MS = 10_000;

export interface StopKeeperDeps {
  frame: RunFrame;
  leg: number;
  market: Market;
  account: VenueAccount;
  futures: VenueFutures;
  stops: VenueStops;
  store: StopStore;
  lease: Lease;
  /** The stops are looked up at the exchange this often, ms. */
  verifyMs: number;
  /** A stop has closed the position. Said again until the strategy ends. */
  triggered(reason: Reason): void;
  /** Something about the stops is new. */
  changed(): void;
  log: Logger;
}

/** Keeps the stops of one leg at the exchange as the strategy wants them. Passes come one after the other. */
export class StopKeeper {
  readonly #deps: StopKeeperDeps;
  #rows: ExchangeStopRow[] | null = null;
  #generation = 0;
  #verifiedAt = -Infinity;
  #movedAt = -Infinity;
  #refusal: { reason: Reason; isRejected: boolean; retryAt: number; waitMs: number } | null = null;
  #work: Promise<unknown> = Promise.resolve();

  constructor(deps: StopKeeperDeps) {
    this.#deps = deps;
  }

  /** Whether a stop of this side rests at the exchange, as far as the last look goes. */
  rests(side: ExchangeStop['side']): boolean {
    return this.#rows?.some((row) => row.state === 'waiting' && row.side === side) ?? false;
  }

  /** Why the last one was not placed, and whether the exchange itself said so. */
  get refusal(): { reason: Reason; isRejected: boolean } | null {
    return this.#refusal;
  }

  /** What was refused is asked for again with the next pass: something has changed. */
  retry(): void {
    this.#refusal = null;
  }

  /** One pass: looks when a look is due, and makes the stops what they should be. */
  keep(wanted: readonly ExchangeStop[], isEnding: boolean): Promise<void> {
    return this.#next(async () => {
      const rows = await this.#load();
      // A strategy without stops costs no request.
      if (wanted.length === 0 && rows.length === 0) return;
      if (performance.now() - this.#verifiedAt >= this.#deps.verifyMs) await this.#verify();
      await this.#tell(isEnding);
      for (const row of this.#live()) {
        const stop = wanted.find(({ side, key }) => side === row.side && key.slot === row.slot);
        if (stop === undefined || this.#hasMoved(row, stop)) await this.#cancel(row);
      }
      // What is being closed needs no new stop.
      if (isEnding || this.#rows?.some(({ state }) => state === 'triggered')) return;
      for (const stop of wanted) {
        if (this.#live().some((row) => row.side === stop.side)) continue;
        if (this.#refusal === null || Date.now() >= this.#refusal.retryAt) await this.#place(stop);
      }
    });
  }

  /** Looks at the exchange now. @returns whether a stop turned out to have been triggered */
  verify(): Promise<boolean> {
    return this.#next(() => this.#verify());
  }

  /** Takes all stops away: what they were to protect is gone. */
  async release(): Promise<void> {
    await this.keep([], true);
  }

  #next<T>(pass: () => Promise<T>): Promise<T> {
    const result = this.#work.then(pass);
    this.#work = result.catch(() => undefined);
    return result;
  }

  #live(): ExchangeStopRow[] {
    return (this.#rows ?? []).filter(({ state }) => state !== 'triggered');
  }

  #hasMoved({ state, triggerPrice }: ExchangeStopRow, { price }: ExchangeStop): boolean {
    const distance = dec(price).minus(triggerPrice).abs();
    if (distance.isZero() || state !== 'waiting') return false;
    // What a new revision wants is exact; what follows the price is not worth a request at every tick.
    if (this.#movedAt === -Infinity) return true;
    const isFar = distance.gte(dec(price).times(MOVE_SHARE));
    return isFar && performance.now() - this.#movedAt >= MOVE_EVERY_MS;
  }

  async #load(): Promise<ExchangeStopRow[]> {
    if (this.#rows !== null) return this.#rows;
    const { rows, lastGeneration } = await this.#deps.store.known(this.#deps.leg);
    this.#generation = lastGeneration;
    this.#rows = rows;
    return rows;
  }

  async #verify(): Promise<boolean> {
    const { stops, market, frame } = this.#deps;
    const rows = await this.#load();
    const listed = await stops.open(market.symbol);
    let isTriggered = false;
    for (const row of rows.filter(({ state }) => state !== 'triggered')) {
      const found =
        listed.find((stop) => stop.clientOrderId === row.clientOrderId) ??
        (await stops.find(market.symbol, row.clientOrderId));
      if (await this.#learn(row, found)) isTriggered = true;
    }
    for (const stop of listed) {
      const isStray =
        isOurs(stop.clientOrderId, frame.salt) &&
        parseClientOrderId(stop.clientOrderId)?.strategyId === frame.strategyId &&
        rows.every(({ clientOrderId: id }) => id !== stop.clientOrderId);
      if (isStray) await stops.cancel(market.symbol, stop.clientOrderId);
    }
    this.#verifiedAt = performance.now();
    return isTriggered;
  }

  /** @returns whether it has been triggered */
  async #learn(row: ExchangeStopRow, found: StopReport | null): Promise<boolean> {
    if (found === null) {
      // Silence proves something only when the exchange can no longer accept it.
      if (Date.now() < row.notAfter.getTime() + SKEW_MS) return false;
      await this.#end(row, { code: 'NEVER_ACCEPTED', message: 'The exchange does not have this stop.' });
    } else if (found.state === 'waiting') {
      if (row.state !== 'waiting') await this.#settle(row, 'waiting', null);
    } else if (found.state === 'ended') {
      await this.#end(row, { code: 'STOP_GONE', message: 'The stop was ended at the exchange.' });
    } else if (found.orderId !== null) {
      const order = await stopOrderRow(this.#deps, row, found.orderId);
      if (order === null) return false;
      await this.#deps.store.trigger(row.clientOrderId, order);
      row.state = 'triggered';
      this.#deps.log.warn({ clientOrderId: row.clientOrderId }, 'a stop at the exchange was triggered');
      this.#deps.changed();
      return true;
    }
    return false;
  }

  /** A strategy whose stop was triggered ends; one of an earlier life is over. */
  async #tell(isEnding: boolean): Promise<void> {
    for (const row of (this.#rows ?? []).filter(({ state }) => state === 'triggered')) {
      if (isEnding || row.runId !== this.#deps.frame.runId) {
        await this.#end(row, { code: 'TRIGGERED', message: 'The stop has closed the position.' });
        continue;
      }
      const message = `The stop at the exchange (${dec(row.triggerPrice).toFixed()}) was triggered and closed the position.`;
      this.#deps.triggered({ code: 'STOP_LOSS', message });
    }
  }

  async #place(stop: ExchangeStop): Promise<void> {
    const { frame, leg, market, stops, store, lease } = this.#deps;
    const row = stopRow(frame, leg, market, stop, ++this.#generation, Date.now());
    await store.intend(row);
    this.#rows?.push(row);
    const outcome = await stops.place(
      {
        market,
        clientOrderId: row.clientOrderId,
        side: row.side,
        positionSide: row.positionSide,
        triggerPrice: row.triggerPrice,
        // What liquidations go by, too; the platform itself watches the quotes.
        triggerBy: 'mark',
        // The whole position, whatever its size is then: a fill needs no new stop.
        quantity: null,
      },
      (_signedAt, validForMs) => assertLeaseCovers(lease, validForMs),
    );
    await this.#placed(row, outcome);
  }

  async #placed(row: ExchangeStopRow, outcome: StopOutcome): Promise<void> {
    if (outcome.phase === 'accepted') {
      this.#refusal = null;
      this.#movedAt = performance.now();
      await this.#settle(row, 'waiting', null);
      return;
    }
    const { reason } = outcome;
    const waitMs = Math.min(RETRY_MAX_MS, (this.#refusal?.waitMs ?? RETRY_MS / 2) * 2);
    const retryAt = (outcome.phase === 'not-sent' ? outcome.retryAt : undefined) ?? Date.now() + waitMs;
    this.#refusal = { reason, isRejected: outcome.phase === 'rejected', retryAt, waitMs };
    this.#deps.log.warn({ reason }, 'a stop was not placed');
    // Whether it was accepted the next look tells.
    if (outcome.phase === 'ambiguous') this.#verifiedAt = -Infinity;
    else await this.#end(row, reason);
  }

  async #cancel(row: ExchangeStopRow): Promise<void> {
    const { stops, market } = this.#deps;
    const { phase } = await stops.cancel(market.symbol, row.clientOrderId);
    if (phase === 'canceled') {
      await this.#end(row, { code: 'CANCELED', message: 'It was not wanted any more.' });
    } else if (phase !== 'not-sent') {
      await this.#learn(row, await stops.find(market.symbol, row.clientOrderId));
    }
  }

  async #end(row: ExchangeStopRow, reason: Reason): Promise<void> {
    await this.#settle(row, 'ended', reason);
    this.#rows = (this.#rows ?? []).filter((each) => each !== row);
  }

  async #settle(row: ExchangeStopRow, state: 'waiting' | 'ended', reason: Reason | null): Promise<void> {
    await this.#deps.store.settle(row.clientOrderId, state, reason);
    row.state = state;
    this.#deps.changed();
  }
}
