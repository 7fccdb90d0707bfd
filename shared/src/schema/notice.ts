import { Type, type Static } from 'typebox';
import { Nullable, Reason, TradingState } from './common.js';
import { RiskScope } from './risk.js';

/**
 * What people may have to be told, written in the transaction that causes it. It goes from MySQL to the notifier and
 * never through Redis. `scopeId` is the id of the account or strategy, 0 for the platform.
 */
export const Notice = Type.Object({
  type: Type.Literal('notice'),
  what: Type.Union([
    /** `state` and `reason` are the new ones. */
    Type.Literal('trading-state'),
    Type.Literal('run-started'),
    /** By itself or because somebody asked: the reason's code tells. */
    Type.Literal('run-ended'),
    Type.Literal('run-failed'),
    Type.Literal('crash-loop'),
  ]),
  scope: RiskScope,
  scopeId: Type.Integer({ minimum: 0 }),
  state: Nullable(TradingState),
  reason: Nullable(Reason),
  /** Who did it: an e-mail address, or the name of a part of the platform. */
  by: Nullable(Type.String()),
});
export type Notice = Static<typeof Notice>;
