import type { CycleRow, FillRow, OrderRow } from '@gridfleet/shared/infra';
import type { CycleDto, FillDto, Order, PlatformEvent } from '@gridfleet/shared/schema';
import type { Written } from './step-writer.js';

function orderDto(row: OrderRow): Order {
  const {
    isFinal: _final,
    fence: _fence,
    version: _version,
    notAfter: _notAfter,
    reduceOnly: _reduce,
    unitMargin: _margin,
    ...order
  } = row;
  return { ...order, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() };
}

function fillDto(row: FillRow): FillDto {
  const { leg: _leg, positionSide: _side, ...fill } = row;
  return { ...fill, time: row.time.toISOString() };
}

function cycleDto(row: CycleRow): CycleDto {
  const { leg: _leg, market: _market, positionSide: _side, part: _part, ...cycle } = row;
  return { ...cycle, completedAt: row.completedAt.toISOString() };
}

/** What a commit changed, for whoever watches the platform's stream. */
export function eventsOf(strategyId: number, written: Written): PlatformEvent[] {
  return [
    ...written.orders.map((row): PlatformEvent => ({ type: 'order', strategyId, data: orderDto(row) })),
    ...written.fills.map((row): PlatformEvent => ({ type: 'fill', strategyId, data: fillDto(row) })),
    ...written.cycles.map((row): PlatformEvent => ({ type: 'cycle', strategyId, data: cycleDto(row) })),
  ];
}
