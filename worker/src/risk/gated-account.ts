import { parseClientOrderId } from '@gridfleet/shared/domain';
import { withMembers } from '../util/with-members.js';
import type { SendGuard, VenueAccount } from '../venue/venue.js';
import type { VenueStops } from '../venue/venue-futures.js';
import type { TradingGate } from './trading-gate.js';

/**
 * The account with the trading states checked immediately before each placement is written to the wire. Everything else
 * passes: cancels and queries are always allowed.
 */
export function gatedAccount(account: VenueAccount, accountId: number, gate: TradingGate): VenueAccount {
  const gated =
    (clientOrderId: string, opens: boolean, guard: SendGuard): SendGuard =>
    (signedAt, validForMs) => {
      gate.assertOpen(accountId, parseClientOrderId(clientOrderId)?.strategyId ?? null, opens);
      guard(signedAt, validForMs);
    };
  const place: VenueAccount['place'] = (request, guard) => {
    // Only on spot does the side alone say whether an order opens; the intent's transaction has judged the others.
    const opens = request.market.type === 'spot' && request.side === 'buy';
    return account.place(request, gated(request.clientOrderId, opens, guard));
  };
  const { futures } = account;
  if (futures?.stops === undefined) return withMembers(account, { place });
  const { stops } = futures;
  const placeStop: VenueStops['place'] = (request, guard) =>
    stops.place(request, gated(request.clientOrderId, false, guard));
  const gatedFutures = withMembers(futures, { stops: withMembers(stops, { place: placeStop }) });
  return withMembers(account, { place, futures: gatedFutures });
}
