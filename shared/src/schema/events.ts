import { Type, type Static } from 'typebox';
import { Id, Reason } from './common.js';
import { RiskNotice } from './risk.js';
import { StrategyStatus } from './strategy.js';
import { Cycle, Fill, Order } from './trading.js';

/** What nodes and the API publish on the platform stream, and what the browser gets as deltas. */
export const PlatformEvent = Type.Union([
  Type.Object({ type: Type.Literal('status'), strategyId: Id, data: StrategyStatus }),
  Type.Object({ type: Type.Literal('order'), strategyId: Id, data: Order }),
  Type.Object({ type: Type.Literal('fill'), strategyId: Id, data: Fill }),
  Type.Object({ type: Type.Literal('cycle'), strategyId: Id, data: Cycle }),
  /** Something of this strategy changed in the database (created, edited, deleted, levels): fetch it again. */
  Type.Object({ type: Type.Literal('strategy'), strategyId: Id, data: Type.Null() }),
  /** A strategy needs somebody: an exit that is not over in time, for example. */
  Type.Object({ type: Type.Literal('alert'), strategyId: Id, data: Reason }),
  /** A limit is nearly used up or was broken; of an account or the platform it is said once for each user concerned. */
  Type.Object({ type: Type.Literal('risk'), strategyId: Id, data: RiskNotice }),
]);
export type PlatformEvent = Static<typeof PlatformEvent>;

/** First message of `GET /api/events`: where the numbered deltas start, and the state there. */
export const EventSnapshot = Type.Object({ cursor: Type.String(), strategies: Type.Array(StrategyStatus) });
export type EventSnapshot = Static<typeof EventSnapshot>;
