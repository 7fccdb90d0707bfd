import { dec } from '@gridfleet/shared/domain';
import {
  ForeignTradeRowEntity,
  FundingRowEntity,
  OrderRowEntity,
  VenuePositionRowEntity,
} from '@gridfleet/shared/infra';
import { In, type DataSource, type EntityManager } from 'typeorm';
import { withDeadline } from '../util/deadline.js';
import type { VenueFill } from '../venue/venue.js';
import type { FundingPayment, VenuePosition } from '../venue/venue-futures.js';
import { correction } from './correction.js';
import { inTransaction } from './transaction.js';

const DEADLINE_MS = 8_000;

/** A trade that no order of ours made, and what did. */
export interface ForeignTrade {
  trade: VenueFill;
  clientOrderId: string | null;
  cause: string;
}

/** What reconciliation keeps of an account's contracts in MySQL. */
export class ContractBooks {
  readonly #database: DataSource;

  constructor(database: DataSource) {
    this.#database = database;
  }

  /** Replaces what is known of a contract's positions: those not found are gone. */
  async recordPositions(
    accountId: number,
    market: string,
    positions: readonly VenuePosition[],
    readAt: Date,
  ): Promise<void> {
    await this.#transaction(async (manager) => {
      const repository = manager.getRepository(VenuePositionRowEntity);
      const before = await repository.findBy({ accountId, market });
      const gone = before.filter((row) =>
        positions.every(({ positionSide }) => positionSide !== row.positionSide),
      );
      for (const { positionSide } of gone) await repository.delete({ accountId, market, positionSide });
      const rows = positions.map((position) => ({ ...position, accountId, readAt }));
      if (rows.length > 0) await repository.upsert(rows, ['accountId', 'market', 'positionSide']);
    });
  }

  /** Trades whose order is no row of ours and that are not in the books of foreign trades. */
  async unexplained(accountId: number, market: string, trades: readonly VenueFill[]): Promise<VenueFill[]> {
    if (trades.length === 0) return [];
    const orders = [...new Set(trades.map(({ exchangeOrderId }) => exchangeOrderId))];
    const [ours, known] = await withDeadline(
      Promise.all([
        this.#database.getRepository(OrderRowEntity).find({
          where: { accountId, market, exchangeOrderId: In(orders) },
          select: { exchangeOrderId: true },
        }),
        this.#database
          .getRepository(ForeignTradeRowEntity)
          .findBy({ accountId, market, tradeId: In(trades.map(({ tradeId }) => tradeId)) }),
      ]),
      DEADLINE_MS,
      'reading trades',
    );
    const mine = new Set(ours.map(({ exchangeOrderId }) => exchangeOrderId));
    const booked = new Set(known.map(({ tradeId }) => tradeId));
    return trades.filter(
      ({ exchangeOrderId, tradeId }) => !mine.has(exchangeOrderId) && !booked.has(tradeId),
    );
  }

  /** Each trade once, with a row in the journal of corrections in the same transaction. */
  async bookForeign(
    strategyId: number,
    accountId: number,
    market: string,
    found: readonly ForeignTrade[],
  ): Promise<void> {
    if (found.length === 0) return;
    await this.#transaction(async (manager) => {
      for (const { trade, clientOrderId, cause } of found) {
        const { tradeId, exchangeOrderId, side, positionSide = 'net', price, quantity, time } = trade;
        const { affectedRows }: { affectedRows: number } = await manager.query(
          `INSERT IGNORE INTO foreign_trade (account_id, market, trade_id, exchange_order_id, client_order_id, cause,
             side, position_side, price, quantity, time) VALUES (?)`,
          [
            [
              accountId,
              market,
              tradeId,
              exchangeOrderId,
              clientOrderId?.slice(0, 64) ?? null,
              cause,
              side,
              positionSide,
              price,
              quantity,
              new Date(time),
            ],
          ],
        );
        if (affectedRows === 0) continue;
        const after = {
          market,
          positionSide,
          side,
          quantity,
          price,
          tradeId,
          exchangeOrderId,
          clientOrderId,
        };
        const { sql, params } = correction(strategyId, accountId, cause, null, after);
        await manager.query(sql, [...params]);
      }
    });
  }

  /** The newest foreign trade of a contract since a moment, null when there is none. */
  async lastForeign(accountId: number, market: string): Promise<{ cause: string; text: string } | null> {
    const row = await withDeadline(
      this.#database
        .getRepository(ForeignTradeRowEntity)
        .findOne({ where: { accountId, market }, order: { time: 'DESC', tradeId: 'DESC' } }),
      DEADLINE_MS,
      'reading foreign trades',
    );
    if (row === null) return null;
    const { cause, side, quantity, price, time, clientOrderId } = row;
    const by = clientOrderId === null ? '' : ` by order ${clientOrderId}`;
    const text = `${side} ${dec(quantity).toFixed()} at ${dec(price).toFixed()}${by}, ${time.toISOString()}`;
    return { cause, text };
  }

  /** Payments no strategy has been booked. */
  async unbooked(
    accountId: number,
    market: string,
    payments: readonly FundingPayment[],
  ): Promise<FundingPayment[]> {
    if (payments.length === 0) return [];
    const rows = await withDeadline(
      this.#database
        .getRepository(FundingRowEntity)
        .findBy({ accountId, market, paymentId: In(payments.map(({ id }) => id)) }),
      DEADLINE_MS,
      'reading funding',
    );
    const booked = new Set(rows.map(({ paymentId }) => paymentId));
    return payments.filter(({ id }) => !booked.has(id));
  }

  #transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return inTransaction(this.#database, DEADLINE_MS, work);
  }
}
