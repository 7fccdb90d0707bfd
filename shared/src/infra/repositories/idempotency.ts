import { LessThan, type EntityManager } from 'typeorm';
import { IdempotencyRowEntity, type IdempotencyRow } from '../database/entities/idempotency.js';

/** Keys are remembered this long. */
export const IDEMPOTENCY_TTL_MS = 24 * 60 * 60 * 1000;

export type Claim = { isNew: true } | { isNew: false; row: IdempotencyRow };

/** Answers of commands under the caller's idempotency keys. Requests are stored as a hash only. */
export class IdempotencyRepository {
  readonly #manager: EntityManager;

  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  /** Takes the key for this request, or says who has it. An expired key is free again. */
  async claim(userId: number, idempotencyKey: string, requestHash: string, now: Date): Promise<Claim> {
    const expired = new Date(now.getTime() - IDEMPOTENCY_TTL_MS);
    await this.#manager.delete(IdempotencyRowEntity, {
      userId,
      idempotencyKey,
      createdAt: LessThan(expired),
    });
    const result: { affectedRows: number } = await this.#manager.query(
      'INSERT IGNORE INTO idempotency (user_id, idempotency_key, request_hash, created_at) VALUES (?, ?, ?, ?)',
      [userId, idempotencyKey, requestHash, now],
    );
    if (result.affectedRows === 1) return { isNew: true };
    const row = await this.#manager.findOneBy(IdempotencyRowEntity, { userId, idempotencyKey });
    // Gone between the two statements: its command failed and freed the key.
    return row === null ? this.claim(userId, idempotencyKey, requestHash, now) : { isNew: false, row };
  }

  async complete(userId: number, idempotencyKey: string, status: number, response: string): Promise<void> {
    await this.#manager.update(IdempotencyRowEntity, { userId, idempotencyKey }, { status, response });
  }

  /** Frees the key of a command that changed nothing, so that it can be tried again. */
  async release(userId: number, idempotencyKey: string): Promise<void> {
    await this.#manager.delete(IdempotencyRowEntity, { userId, idempotencyKey });
  }

  /** @returns how many expired keys were removed. */
  async sweep(now: Date): Promise<number> {
    const before = new Date(now.getTime() - IDEMPOTENCY_TTL_MS);
    const done = await this.#manager.delete(IdempotencyRowEntity, { createdAt: LessThan(before) });
    return done.affected ?? 0;
  }
}
