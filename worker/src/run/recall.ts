import { parseClientOrderId } from '@gridfleet/shared/domain';
import type { OrderReport, VenueFill } from '../venue/venue.js';
import type { LiveOrder } from './live-order.js';
import type { Letter } from './mailbox.js';
import type { RunStore } from './run-store.js';
import type { RunFrame, RunMemory } from './step.js';
import type { SharedOrders } from './shared-orders.js';
import { saltsOf } from './step-types.js';

function newsOf(letter: Letter): { trades: readonly VenueFill[]; reports: readonly OrderReport[] } {
  switch (letter.type) {
    case 'findings':
      return letter.findings;
    case 'trades':
      return { trades: letter.trades, reports: [] };
    case 'report':
      return { trades: [], reports: [letter.report] };
    default:
      return { trades: [], reports: [] };
  }
}

function isMine(frame: RunFrame, clientOrderId: string): boolean {
  const parts = parseClientOrderId(clientOrderId);
  return parts?.strategyId === frame.strategyId && saltsOf(frame).includes(parts.salt);
}

/**
 * Reads back orders that trades or reports name but memory has dropped: late news of long final orders.
 * @param shared what other runs of this process have on the account of a leg: their orders are none of ours
 */
export async function recall(
  frame: RunFrame,
  store: RunStore,
  orders: RunMemory['orders'],
  letters: readonly Letter[],
  shared: (leg: number) => SharedOrders,
): Promise<LiveOrder[]> {
  const news = letters.map(newsOf).filter(({ trades, reports }) => trades.length + reports.length > 0);
  if (news.length === 0) return [];
  const known = new Set([...orders.values()].map(({ row }) => row.exchangeOrderId));
  const trades = news.flatMap((each) => each.trades).filter((trade) => !known.has(trade.exchangeOrderId));
  const reports = news
    .flatMap((each) => each.reports)
    .filter(({ clientOrderId: id }) => !orders.has(id) && isMine(frame, id));
  const found: LiveOrder[] = [];
  for (const [leg, { market }] of frame.context.legs.entries()) {
    const inMarket = (each: { market: string }): boolean => each.market === market.symbol;
    const unclaimed = trades.filter((trade) => inMarket(trade) && !shared(leg).hasTraded(trade));
    const exchange = [...new Set(unclaimed.map((trade) => trade.exchangeOrderId))];
    const client = [...new Set(reports.filter(inMarket).map((report) => report.clientOrderId))];
    if (exchange.length === 0 && client.length === 0) continue;
    const accountId = frame.accountIds[leg] ?? 0;
    found.push(...(await store.recall(frame.strategyId, accountId, market.symbol, { exchange, client })));
  }
  return found;
}
