import { IsNull, type EntityManager } from 'typeorm';
import { ForeignOrderRowEntity, type ForeignOrderRow } from '../database/entities/records.js';

export type SeenOrder = Omit<
  ForeignOrderRow,
  'accountId' | 'market' | 'firstSeenAt' | 'lastSeenAt' | 'goneAt' | 'decision' | 'decidedBy'
>;

/** Open orders that no row of ours explains, as a complete look at one market of an account found them. */
export class ForeignOrderRepository {
  readonly #manager: EntityManager;

  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  /** Replaces what is known: orders not seen this time are gone. Saying the same twice changes only `lastSeenAt`. */
  async record(accountId: number, market: string, seen: readonly SeenOrder[], now: Date): Promise<void> {
    if (seen.length > 0) {
      await this.#manager.query(
        `INSERT INTO foreign_order (account_id, market, exchange_order_id, client_order_id, is_orphan, side, price,
           quantity, filled_quantity, first_seen_at, last_seen_at, gone_at) VALUES ?
           ON DUPLICATE KEY UPDATE filled_quantity = VALUES(filled_quantity), last_seen_at = VALUES(last_seen_at),
             is_orphan = VALUES(is_orphan), gone_at = NULL`,
        [
          seen.map((order) => [
            accountId,
            market,
            order.exchangeOrderId,
            order.clientOrderId.slice(0, 64),
            order.isOrphan,
            order.side,
            order.price,
            order.quantity,
            order.filledQuantity,
            now,
            now,
            null,
          ]),
        ],
      );
    }
    const ids = seen.map((order) => order.exchangeOrderId);
    await this.#manager.query(
      `UPDATE foreign_order SET gone_at = ? WHERE account_id = ? AND market = ? AND gone_at IS NULL
         ${ids.length === 0 ? '' : 'AND exchange_order_id NOT IN (?)'}`,
      ids.length === 0 ? [now, accountId, market] : [now, accountId, market, ids],
    );
  }

  /** Foreign and orphaned orders that are open as of the last look. */
  open(accountId: number): Promise<ForeignOrderRow[]> {
    return this.#manager.find(ForeignOrderRowEntity, {
      where: { accountId, goneAt: IsNull() },
      order: { firstSeenAt: 'ASC' },
    });
  }
}
