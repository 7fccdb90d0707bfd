import { EntitySchema } from 'typeorm';
import type { BacktestState } from '../../../schema/backtest.js';
import { TIME } from './columns.js';

/** An uploaded file of candles; its bytes are in chunks. */
export interface CandleFileRow {
  id: number;
  userId: number;
  name: string;
  candles: number;
  firstTime: Date;
  lastTime: Date;
  bytes: number;
  createdAt: Date;
}

export const CandleFileRowEntity = new EntitySchema<CandleFileRow>({
  name: 'CandleFileRow',
  tableName: 'candle_file',
  columns: {
    id: { type: 'int', unsigned: true, primary: true, generated: 'increment' },
    userId: { type: 'int', unsigned: true, name: 'user_id' },
    name: { type: 'varchar', length: 100 },
    candles: { type: 'int', unsigned: true },
    firstTime: { ...TIME, name: 'first_time' },
    lastTime: { ...TIME, name: 'last_time' },
    bytes: { type: 'int', unsigned: true },
    createdAt: { ...TIME, name: 'created_at' },
  },
});

/** A piece of a compressed file: whole files may exceed what one packet of the server may hold. */
export interface CandleFileChunk {
  fileId: number;
  part: number;
  data: Buffer;
}

export const CandleFileChunkEntity = new EntitySchema<CandleFileChunk>({
  name: 'CandleFileChunk',
  tableName: 'candle_file_chunk',
  columns: {
    fileId: { type: 'int', unsigned: true, primary: true, name: 'file_id' },
    part: { type: 'smallint', unsigned: true, primary: true },
    data: { type: 'mediumblob' },
  },
});

/** A backtest or a sweep. `request` is the JSON that asked for it, `summary` its figures once done. */
export interface BacktestRow {
  id: number;
  userId: number;
  name: string;
  kind: string;
  symbol: string;
  candleFileId: number;
  request: string;
  state: BacktestState;
  reasonCode: string | null;
  reasonMessage: string | null;
  runs: number;
  workerName: string | null;
  summary: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

export const BacktestRowEntity = new EntitySchema<BacktestRow>({
  name: 'BacktestRow',
  tableName: 'backtest',
  columns: {
    id: { type: 'int', unsigned: true, primary: true, generated: 'increment' },
    userId: { type: 'int', unsigned: true, name: 'user_id' },
    name: { type: 'varchar', length: 100 },
    kind: { type: 'varchar', length: 40 },
    symbol: { type: 'varchar', length: 60 },
    candleFileId: { type: 'int', unsigned: true, name: 'candle_file_id' },
    request: { type: 'mediumtext' },
    state: { type: 'varchar', length: 10 },
    reasonCode: { type: 'varchar', length: 64, name: 'reason_code', nullable: true },
    reasonMessage: { type: 'text', name: 'reason_message', nullable: true },
    runs: { type: 'int', unsigned: true },
    workerName: { type: 'varchar', length: 60, name: 'worker_name', nullable: true },
    summary: { type: 'text', nullable: true },
    createdAt: { ...TIME, name: 'created_at' },
    startedAt: { ...TIME, name: 'started_at', nullable: true },
    finishedAt: { ...TIME, name: 'finished_at', nullable: true },
  },
});

/** A part of a backtest that one node does at a time: runs `firstRun` and the following of the sweep's list. */
export interface BacktestShard {
  backtestId: number;
  shard: number;
  firstRun: number;
  runs: number;
  runsDone: number;
  /** Compressed JSON; null until the shard is done. */
  result: Buffer | null;
}

export const BacktestShardEntity = new EntitySchema<BacktestShard>({
  name: 'BacktestShard',
  tableName: 'backtest_shard',
  columns: {
    backtestId: { type: 'int', unsigned: true, primary: true, name: 'backtest_id' },
    shard: { type: 'smallint', unsigned: true, primary: true },
    firstRun: { type: 'int', unsigned: true, name: 'first_run' },
    runs: { type: 'int', unsigned: true },
    runsDone: { type: 'int', unsigned: true, name: 'runs_done' },
    result: { type: 'mediumblob', nullable: true },
  },
});
