import { MoreThan, MoreThanOrEqual, type DataSource, type EntityManager } from 'typeorm';
import type { DecimalString } from '../../domain/numbers/decimal.js';
import {
  PaperAccountRowEntity,
  PaperBalanceRowEntity,
  PaperFillRowEntity,
  PaperOrderRowEntity,
  type PaperAccountRow,
  type PaperBalanceRow,
  type PaperFillRow,
  type PaperOrderRow,
} from '../database/entities/paper.js';

/** What a paper account begins with. */
export interface PaperStart {
  makerRate: DecimalString;
  takerRate: DecimalString;
  balances: Readonly<Record<string, DecimalString>>;
}

/** What one transaction of a paper account works on: its row is locked, so nobody else changes any of this. */
export interface PaperState {
  account: PaperAccountRow;
  balances: PaperBalanceRow[];
  /** Its open orders in every market. */
  open: PaperOrderRow[];
}

/** What one transaction changed; `sequence` is the last number it gave out. */
export interface PaperChanges {
  sequence: string;
  balances: readonly PaperBalanceRow[];
  orders: readonly PaperOrderRow[];
  fills: readonly PaperFillRow[];
}

/** The books of paper accounts. */
export class PaperRepository {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  /** Opens the account's books when it has none. Safe when several processes do it at once. */
  async open(accountId: number, { makerRate, takerRate, balances }: PaperStart): Promise<void> {
    await this.#source.transaction(async (tx) => {
      const made: { affectedRows: number } = await tx.query(
        'INSERT IGNORE INTO paper_account (account_id, maker_rate, taker_rate, sequence) VALUES (?, ?, ?, 0)',
        [accountId, makerRate, takerRate],
      );
      if (made.affectedRows === 0) return;
      for (const [asset, free] of Object.entries(balances)) {
        await tx.insert(PaperBalanceRowEntity, { accountId, asset, free, locked: '0' });
      }
    });
  }

  /**
   * Runs one change of an account's books, all or nothing, with the account's row locked.
   * @param work what is to change, or null for nothing
   */
  async change<T>(
    accountId: number,
    work: (state: PaperState) => { changes: PaperChanges | null; result: T },
  ): Promise<T> {
    return this.#source.transaction(async (tx) => {
      const account = await tx.findOneOrFail(PaperAccountRowEntity, {
        where: { accountId },
        lock: { mode: 'pessimistic_write' },
      });
      const balances = await tx.findBy(PaperBalanceRowEntity, { accountId });
      const open = await tx.findBy(PaperOrderRowEntity, { accountId, isOpen: true });
      const { changes, result } = work({ account, balances, open });
      if (changes !== null) await this.#write(tx, accountId, changes);
      return result;
    });
  }

  async account(accountId: number): Promise<PaperAccountRow> {
    return this.#source.manager.findOneByOrFail(PaperAccountRowEntity, { accountId });
  }

  async balances(accountId: number): Promise<PaperBalanceRow[]> {
    return this.#source.manager.findBy(PaperBalanceRowEntity, { accountId });
  }

  async openOrders(accountId: number, market?: string): Promise<PaperOrderRow[]> {
    return this.#source.manager.find(PaperOrderRowEntity, {
      where: { accountId, isOpen: true, ...(market === undefined ? {} : { market }) },
      order: { orderId: 'ASC' },
    });
  }

  /** The latest order with this client order id. */
  async byClientId(accountId: number, market: string, clientOrderId: string): Promise<PaperOrderRow | null> {
    return this.#source.manager.findOne(PaperOrderRowEntity, {
      where: { accountId, market, clientOrderId },
      order: { orderId: 'DESC' },
    });
  }

  /** Orders changed after a sequence number, and the trades since, in the order they happened. */
  async since(
    accountId: number,
    sequence: string,
  ): Promise<{ orders: PaperOrderRow[]; fills: PaperFillRow[] }> {
    // One snapshot for both: a trade between two reads would otherwise be passed over.
    return this.#source.transaction('REPEATABLE READ', async (tx) => {
      const orders = await tx.find(PaperOrderRowEntity, {
        where: { accountId, revision: MoreThan(sequence) },
        order: { revision: 'ASC' },
      });
      const fills = await tx.find(PaperFillRowEntity, {
        where: { accountId, tradeId: MoreThan(sequence) },
        order: { tradeId: 'ASC' },
      });
      return { orders, fills };
    });
  }

  async fillsSince(accountId: number, market: string, since: Date): Promise<PaperFillRow[]> {
    return this.#source.manager.find(PaperFillRowEntity, {
      where: { accountId, market, time: MoreThanOrEqual(since) },
      order: { tradeId: 'ASC' },
    });
  }

  async fillsOf(accountId: number, orderId: string): Promise<PaperFillRow[]> {
    return this.#source.manager.find(PaperFillRowEntity, {
      where: { accountId, orderId },
      order: { tradeId: 'ASC' },
    });
  }

  async #write(tx: EntityManager, accountId: number, changes: PaperChanges): Promise<void> {
    await tx.update(PaperAccountRowEntity, { accountId }, { sequence: changes.sequence });
    for (const row of changes.balances) {
      await tx.upsert(PaperBalanceRowEntity, { ...row }, ['accountId', 'asset']);
    }
    for (const row of changes.orders) {
      await tx.upsert(PaperOrderRowEntity, { ...row }, ['accountId', 'orderId']);
    }
    for (const row of changes.fills) await tx.insert(PaperFillRowEntity, { ...row });
  }
}
