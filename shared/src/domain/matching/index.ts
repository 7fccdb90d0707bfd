export { MatchingBook } from './matching-book.js';
export type { TakePlan } from './take-plan.js';
export { opposite } from './types.js';
export type {
  BookSnapshot,
  FillModel,
  IncomingOrder,
  Level,
  MatchEvent,
  Quote,
  RestingOrder,
  SelfTradePrevention,
  Side,
  TimeInForce,
} from './types.js';
