import { dec, decStr } from '@gridfleet/shared/domain';
import type { AccountPosition, Position, StrategyStatus } from '../api/types.js';
import { assetsOf } from './money.js';

/** A listed position with the price and the open profit of a status that speaks of the same quantity. */
export function livePosition(position: Position, status: StrategyStatus | null): Position {
  if (status?.currentPrice == null || !dec(status.position).eq(position.quantity)) return position;
  return { ...position, currentPrice: status.currentPrice, unrealizedPnl: status.unrealizedPnl };
}

/** What our fills explain of an account's position: of strategies and of orders by hand, base. */
export function bookedAmount({ heldBy, heldByHand }: AccountPosition): string {
  return decStr(heldBy.reduce((total, { amount }) => total.plus(amount), dec(heldByHand)));
}

/** Whether the exchange and the books say the same. */
export function isExplained({ unexplained }: AccountPosition): boolean {
  return dec(unexplained).isZero();
}

/** Open profit of one asset in one environment: play money and real money are never added up. */
export interface PositionTotal {
  environment: string;
  quote: string;
  pnl: string;
}

export function positionTotals(
  rows: readonly Position[],
  environmentOf: (row: Position) => string,
): PositionTotal[] {
  const totals = new Map<string, PositionTotal>();
  for (const row of rows) {
    const environment = environmentOf(row);
    const { quote } = assetsOf(row.market);
    const key = `${environment} ${quote}`;
    const pnl = decStr(dec(totals.get(key)?.pnl ?? '0').plus(row.unrealizedPnl));
    totals.set(key, { environment, quote, pnl });
  }
  return [...totals.values()];
}
