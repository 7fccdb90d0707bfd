import type { EntityManager } from 'typeorm';
import { BacktestRowEntity } from '../database/entities/backtest.js';
import {
  CandleFileChunkEntity,
  CandleFileRowEntity,
  type CandleFileRow,
} from '../database/entities/backtest.js';

/** Well below the smallest packet a server accepts by default (16 MB). */
const CHUNK_BYTES = 1024 * 1024;

/** Uploaded candles, compressed. */
export class CandleFileRepository {
  readonly #manager: EntityManager;

  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  /** Stores a file, whole or not at all. @returns its row */
  async insert(file: Omit<CandleFileRow, 'id' | 'bytes'>, data: Buffer): Promise<CandleFileRow> {
    return this.#manager.transaction(async (manager) => {
      const row = { ...file, bytes: data.length };
      const inserted = await manager.insert(CandleFileRowEntity, row);
      const id = Number(inserted.identifiers[0]?.['id']);
      for (let part = 0; part * CHUNK_BYTES < data.length; part += 1) {
        const chunk = data.subarray(part * CHUNK_BYTES, (part + 1) * CHUNK_BYTES);
        await manager.insert(CandleFileChunkEntity, { fileId: id, part, data: chunk });
      }
      return { ...row, id };
    });
  }

  async list(userId: number): Promise<CandleFileRow[]> {
    return this.#manager.find(CandleFileRowEntity, { where: { userId }, order: { id: 'DESC' } });
  }

  async find(userId: number, id: number): Promise<CandleFileRow | null> {
    return this.#manager.findOneBy(CandleFileRowEntity, { userId, id });
  }

  /** The compressed bytes; empty when there is no such file. */
  async data(id: number): Promise<Buffer> {
    const chunks = await this.#manager.find(CandleFileChunkEntity, {
      where: { fileId: id },
      order: { part: 'ASC' },
    });
    return Buffer.concat(chunks.map((chunk) => chunk.data));
  }

  /** Whether a backtest was made with the file. */
  async isUsed(id: number): Promise<boolean> {
    return this.#manager.existsBy(BacktestRowEntity, { candleFileId: id });
  }

  async remove(id: number): Promise<void> {
    await this.#manager.delete(CandleFileRowEntity, { id });
  }
}
