import { parseClientOrderId } from '@gridfleet/shared/domain';
import type { PlaceRequest, SendGuard, VenueAccount } from '../venue/venue.js';
import type { TradingGate } from './trading-gate.js';

/**
 * The account with the trading states checked immediately before each placement is written to the wire. Everything else
 * passes: cancels and queries are always allowed.
 */
export function gatedAccount(account: VenueAccount, accountId: number, gate: TradingGate): VenueAccount {
  const place: VenueAccount['place'] = (request: PlaceRequest, guard: SendGuard) =>
    account.place(request, (signedAt, validForMs) => {
      const strategyId = parseClientOrderId(request.clientOrderId)?.strategyId ?? null;
      // Only on spot does the side alone say whether an order opens; the intent's transaction has judged the others.
      const opens = request.market.type === 'spot' && request.side === 'buy';
      gate.assertOpen(accountId, strategyId, opens);
      guard(signedAt, validForMs);
    });
  return new Proxy(account, {
    get: (target, name) => {
      if (name === 'place') return place;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}
