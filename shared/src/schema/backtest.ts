import { Type, type Static } from 'typebox';
import { Id, Money, Nullable, Reason, Timestamp } from './common.js';

/** Candles of one market that a user has uploaded. */
export const CandleFile = Type.Object({
  id: Id,
  name: Type.String(),
  candles: Type.Integer({ minimum: 1 }),
  /** Open times of the first and the last candle. */
  from: Timestamp,
  to: Timestamp,
  /** As stored, compressed. */
  bytes: Type.Integer(),
  createdAt: Timestamp,
});
export type CandleFile = Static<typeof CandleFile>;

export const BacktestFillModel = Type.Union(
  [Type.Literal('close'), Type.Literal('touch'), Type.Literal('strict'), Type.Literal('path')],
  { default: 'path', description: 'When a candle counts as filling a resting order.' },
);

/** Asks for a backtest, or for one with every combination of `sweep`. */
export const BacktestCreate = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    candleFileId: Id,
    /** A strategy config file: kind, symbol, params, market, fees, balance. */
    config: Type.Record(Type.String(), Type.Unknown()),
    fillModel: Type.Optional(BacktestFillModel),
    slippage: Type.Optional(
      Type.String({
        pattern: '^0(?:\\.\\d{1,18})?$',
        description: 'What a market order pays beyond the price, as a fraction.',
      }),
    ),
    sweep: Type.Optional(
      Type.Object(
        {
          grid: Type.String({
            minLength: 3,
            maxLength: 2000,
            description: 'Parameters and their values, e.g. "levels=10:100:10,upper=160|170".',
          }),
          trainPct: Type.Optional(
            Type.Integer({
              minimum: 10,
              maximum: 90,
              default: 70,
              description: 'Share of the candles the ranking is made on, %; the rest is out of sample.',
            }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type BacktestCreate = Static<typeof BacktestCreate>;

export const BacktestState = Type.Union([
  Type.Literal('queued'),
  Type.Literal('running'),
  Type.Literal('done'),
  Type.Literal('failed'),
  Type.Literal('canceled'),
]);
export type BacktestState = Static<typeof BacktestState>;

/** The figures of a list; the whole result has a route of its own. */
export const BacktestSummary = Type.Object({
  equity: Money,
  profit: Money,
  roiPct: Money,
  maxDrawdownPct: Money,
  cycles: Type.Integer(),
  fees: Money,
});
export type BacktestSummary = Static<typeof BacktestSummary>;

export const Backtest = Type.Object({
  id: Id,
  name: Type.String(),
  kind: Type.String(),
  symbol: Type.String(),
  candleFileId: Id,
  request: BacktestCreate,
  isSweep: Type.Boolean(),
  state: BacktestState,
  /** Why it is waiting, failed or was canceled. */
  reason: Nullable(Reason),
  /** Runs in all and done: 1 for a single backtest. */
  runs: Type.Integer(),
  runsDone: Type.Integer(),
  /** Node that worked on it last. */
  workerName: Nullable(Type.String()),
  /** Of the single run, or of the best of a sweep; null until done. */
  summary: Nullable(BacktestSummary),
  createdAt: Timestamp,
  startedAt: Nullable(Timestamp),
  finishedAt: Nullable(Timestamp),
});
export type Backtest = Static<typeof Backtest>;
