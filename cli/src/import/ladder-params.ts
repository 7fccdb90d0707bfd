import { dec, decStr } from '@gridfleet/shared/domain';
import type { TheirStrategy } from './predecessor-rows.js';

const SIDES: Readonly<Record<string, { side: string; positionMode: string }>> = {
  grid: { side: 'long', positionMode: 'one-way' },
  bilateral_grid: { side: 'both', positionMode: 'hedge' },
  short_grid: { side: 'short', positionMode: 'hedge' },
};

function isSet(value: string | number | null | undefined): value is string | number {
  // Their engine took zero for "off".
  return value !== null && value !== undefined && !dec(String(value)).isZero();
}

/** A strategy as `ladder-grid` params, which trade as theirs did; null for a type that has no place here. */
export function ladderParams(their: TheirStrategy): Record<string, unknown> | null {
  const shape = SIDES[their.strategy_type ?? 'grid'];
  if (shape === undefined) return null;
  const text = (value: string | number): string => decStr(dec(String(value)));
  return {
    ...shape,
    levels: Number(their.grid_levels),
    openDeviation: text(their.buy_price_deviation),
    closeDeviation: text(their.sell_price_deviation),
    quantity: { mode: 'base', value: text(their.base_order_size) },
    // Their opening orders followed the market both ways.
    anchor: 'trail-both',
    tolerance: text(their.price_tolerance),
    ...(isSet(their.max_open_positions) ? { maxPositions: Number(their.max_open_positions) } : {}),
    ...(isSet(their.stop_loss) ? { stopLoss: text(their.stop_loss) } : {}),
    // Their "stop-loss delay" closed any position of that age.
    ...(isSet(their.stop_loss_delay)
      ? { maxHoldingMinutes: Math.max(1, Math.ceil(Number(their.stop_loss_delay) / 60)) }
      : {}),
    postOnly: false,
  };
}

/** Their daily loss limit, which their form called a percentage and their engine took for quote. */
export function riskLimits(their: TheirStrategy): string | null {
  if (!isSet(their.max_daily_drawdown)) return null;
  return JSON.stringify({ maxDailyLoss: decStr(dec(their.max_daily_drawdown)) });
}
