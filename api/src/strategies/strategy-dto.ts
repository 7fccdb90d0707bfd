import { placementOf, type LegWithVenue, type RefusalRow, type StrategyRow } from '@gridfleet/shared/infra';
import type { SlotRefusal, Strategy, StrategyStatus } from '@gridfleet/shared/schema';

export function strategyDto(
  row: StrategyRow,
  legs: readonly LegWithVenue[],
  status: StrategyStatus,
): Strategy {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    params: JSON.parse(row.params) as Strategy['params'],
    revision: row.revision,
    legs: legs.map(({ leg, name, accountId, venue, environment, market }) => ({
      leg,
      name,
      accountId,
      venue,
      environment,
      market,
    })),
    desiredState: row.desiredState,
    tradingState: row.tradingState,
    ...placementOf(row),
    isDeleted: row.deletedAt !== null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    status,
  };
}

export function refusalDto(row: RefusalRow): SlotRefusal {
  return {
    leg: row.leg,
    market: row.market,
    positionSide: row.positionSide,
    slot: row.slot,
    code: row.code,
    message: row.message,
    since: row.since.toISOString(),
    lastAt: row.lastAt.toISOString(),
    count: row.count,
  };
}
