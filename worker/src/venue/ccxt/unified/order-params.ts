import type { Side } from '@gridfleet/shared/domain';
import type { PlaceRequest } from '../../venue.js';

/** What an order asks for beside side, quantity and price, in ccxt's unified words. */
export function orderParams(request: PlaceRequest): Record<string, unknown> {
  const { clientOrderId, type, postOnly, timeInForce, positionSide = 'net', reduceOnly = false } = request;
  const isHedged = positionSide !== 'net';
  return {
    clientOrderId,
    ...(type === 'limit' && postOnly ? { postOnly: true } : {}),
    ...(type === 'limit' && !postOnly ? { timeInForce } : {}),
    // ccxt takes the position side of a hedged order from its side and from whether it closes.
    ...(isHedged ? { hedged: true } : {}),
    ...(reduceOnly || (isHedged && closes(request.side, positionSide)) ? { reduceOnly: true } : {}),
  };
}

function closes(side: Side, positionSide: 'net' | 'long' | 'short'): boolean {
  return positionSide === 'long' ? side === 'sell' : positionSide === 'short' && side === 'buy';
}
