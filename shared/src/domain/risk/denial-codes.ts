/** Every code under which our own rules keep an order back. Each has a test of its own; docs/risk.md explains them. */
export const DENIAL_CODES = [
  'TRADING_HALTED',
  'TRADING_REDUCING',
  'DAILY_LOSS_LIMIT',
  'DRAWDOWN_LIMIT',
  'LOSS_STREAK',
  'TIME_STOP',
  'PRICE_STOP',
  'LIMITS_UNREADABLE',
  'NO_QUOTE',
  'ORDER_TOO_LARGE',
  'TOO_MANY_OPEN_ORDERS',
  'OPEN_NOTIONAL_LIMIT',
  'ORDER_RATE_LIMIT',
  'TOO_MANY_POSITIONS',
  'EXPOSURE_LIMIT',
  'ASSET_EXPOSURE_LIMIT',
  'PRICE_BAND',
  'FUNDS_RESERVED',
  'ALLOCATION_EXCEEDED',
  'FUNDS_ALLOCATED',
  'EXCHANGE_STOP_REQUIRED',
] as const;
export type DenialCode = (typeof DENIAL_CODES)[number];

/** Why an order was kept back. */
export interface Denial {
  code: DenialCode;
  message: string;
}
