import { gunzipSync, gzipSync } from 'node:zlib';
import type { DataSource } from 'typeorm';
import { CandleFileRepository, type CandleFileRow } from '@gridfleet/shared/infra';
import { CandleFileError, parseCandleCsv } from '@gridfleet/shared/domain/backtest';
import { GridfleetError, type CandleFile } from '@gridfleet/shared/schema';

/** Largest file, bytes uncompressed: about 1.5 million candles. */
const MAX_BYTES = 96 * 1024 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b];

export function candleFileNotFound(id: number): GridfleetError {
  return new GridfleetError('NOT_FOUND', `There is no candle file ${id}`);
}

function refused(message: string): GridfleetError {
  return new GridfleetError('VALIDATION_FAILED', 'The candle file cannot be used', [
    { field: 'body', code: 'CANDLES_INVALID', message },
  ]);
}

function dto(row: CandleFileRow): CandleFile {
  const { id, name, candles, firstTime, lastTime, bytes, createdAt } = row;
  return {
    id,
    name,
    candles,
    bytes,
    from: firstTime.toISOString(),
    to: lastTime.toISOString(),
    createdAt: createdAt.toISOString(),
  };
}

function uncompressed(body: Buffer): Buffer {
  if (!GZIP_MAGIC.every((byte, index) => body[index] === byte)) return body;
  try {
    return gunzipSync(body, { maxOutputLength: MAX_BYTES });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw refused(`the compressed file cannot be read: ${reason}`);
  }
}

/** Uploaded candles: checked when they come in, so that a backtest never meets a bad row. */
export class CandleFileService {
  readonly #files: CandleFileRepository;

  constructor(dataSource: DataSource) {
    this.#files = new CandleFileRepository(dataSource.manager);
  }

  async list(userId: number): Promise<CandleFile[]> {
    return (await this.#files.list(userId)).map(dto);
  }

  /**
   * Stores a CSV file, plain or gzip.
   * @throws GridfleetError VALIDATION_FAILED naming row and field
   */
  async add(userId: number, name: string, body: Buffer): Promise<CandleFile> {
    const text = uncompressed(body);
    const { times } = this.#parse(text);
    const [first, last] = [times[0], times.at(-1)];
    if (first === undefined || last === undefined) throw refused('the file has no candles');
    const row = await this.#files.insert(
      {
        userId,
        name,
        candles: times.length,
        firstTime: new Date(first),
        lastTime: new Date(last),
        createdAt: new Date(),
      },
      gzipSync(text),
    );
    return dto(row);
  }

  /** @throws GridfleetError NOT_FOUND, CANDLE_FILE_IN_USE */
  async remove(userId: number, id: number): Promise<void> {
    if ((await this.#files.find(userId, id)) === null) throw candleFileNotFound(id);
    if (await this.#files.isUsed(id)) {
      throw new GridfleetError('CANDLE_FILE_IN_USE', `Backtests were made with candle file ${id}`);
    }
    await this.#files.remove(id);
  }

  #parse(text: Buffer): { times: Float64Array } {
    try {
      return parseCandleCsv(text);
    } catch (error) {
      if (error instanceof CandleFileError) throw refused(error.message);
      throw error;
    }
  }
}
