import { dec, sum, type Market } from '@gridfleet/shared/domain';
import type { PaperFillRow, PaperOrderRow, PaperState } from '@gridfleet/shared/infra';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PlaceRequest, VenueDepth } from '../venue.js';
import { PaperLedger } from './paper-ledger.js';
import { placePaper } from './paper-matching.js';

// Whatever is placed, filled and cancelled: nothing is below zero, what is locked is what open orders may spend, and
// balances are what was there at first plus all trades less their fees, to the last digit.

const market: Market = {
  symbol: 'ADA/USDT',
  type: 'spot',
  base: 'ADA',
  quote: 'USDT',
  tickSize: '0.0001',
  stepSize: '0.1',
  minQuantity: '0.1',
  maxQuantity: '900000',
  minNotional: '5',
  active: true,
};
const START = { USDT: '1000', ADA: '2000' };

const depthAt = (tick: number): VenueDepth => ({
  bids: [1, 2, 3].map((away) => [`0.${String(tick - away).padStart(4, '0')}`, '40.0']),
  asks: [1, 2, 3].map((away) => [`0.${String(tick + away).padStart(4, '0')}`, '40.0']),
});

const action = fc.record({
  kind: fc.constantFrom('limit', 'limit', 'market', 'fill', 'cancel'),
  side: fc.constantFrom('buy' as const, 'sell' as const),
  mid: fc.integer({ min: 4900, max: 5100 }),
  tick: fc.integer({ min: 4800, max: 5200 }),
  tenths: fc.integer({ min: 1, max: 5000 }),
  timeInForce: fc.constantFrom('GTC' as const, 'GTC' as const, 'IOC' as const, 'FOK' as const),
  postOnly: fc.boolean(),
  pick: fc.nat(20),
});

it('keeps the books of any flow of orders and fills', () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 1, maxLength: 40 }), (actions) => {
      const balances = new Map(
        Object.entries(START).map(([asset, free]) => [asset, { accountId: 1, asset, free, locked: '0' }]),
      );
      const orders = new Map<string, PaperOrderRow>();
      const fills: PaperFillRow[] = [];
      const account = { accountId: 1, makerRate: '0.001', takerRate: '0.00075', sequence: '0' };
      for (const [index, step] of actions.entries()) {
        const open = [...orders.values()].filter(({ isOpen }) => isOpen);
        const state: PaperState = { account, balances: [...balances.values()], open };
        const ledger = new PaperLedger(state, index);
        const picked = ledger.open(market.symbol)[step.pick];
        if (step.kind === 'limit' || step.kind === 'market') {
          const request: PlaceRequest = {
            market,
            clientOrderId: `order${index}`,
            side: step.side,
            type: step.kind,
            timeInForce: step.timeInForce,
            postOnly: step.postOnly,
            price: step.kind === 'limit' ? `0.${step.tick}` : null,
            quantity: dec(String(step.tenths)).div(10).toFixed(),
          };
          placePaper(ledger, request, depthAt(step.mid));
        } else if (picked !== undefined && step.kind === 'cancel') {
          ledger.end(market, picked, 'canceled');
        } else if (picked !== undefined) {
          const quantity = dec(String(step.tenths)).div(10);
          ledger.fill(market, picked.orderId, dec(picked.price ?? '0'), quantity, true);
        }
        const changes = ledger.changes();
        account.sequence = changes.sequence;
        for (const row of changes.balances) balances.set(row.asset, row);
        for (const row of changes.orders) orders.set(row.orderId, row);
        fills.push(...changes.fills);
      }

      const stillOpen = [...orders.values()].filter(({ isOpen }) => isOpen);
      for (const order of orders.values()) {
        const traded = fills.filter(({ orderId }) => orderId === order.orderId);
        expect(sum(traded.map(({ quantity }) => quantity)).toFixed()).toBe(order.filledQuantity);
        expect(dec(order.filledQuantity).lte(order.quantity)).toBe(true);
      }
      for (const [asset, start] of Object.entries(START)) {
        const isBase = asset === 'ADA';
        const moved = fills.map(({ side, quantity, quoteQuantity, fee, feeAsset }) => {
          const amount = dec(isBase ? quantity : quoteQuantity);
          const signed = (side === 'buy') === isBase ? amount : amount.neg();
          return feeAsset === asset ? signed.minus(fee) : signed;
        });
        const locked = stillOpen
          .filter(({ side }) => (side === 'sell') === isBase)
          .map((order) => {
            const left = dec(order.quantity).minus(order.filledQuantity);
            return isBase ? left : left.times(order.price ?? '0');
          });
        const row = balances.get(asset);
        expect(row?.locked).toBe(sum(locked).toFixed());
        expect(sum([row?.free ?? '0', row?.locked ?? '0']).toFixed()).toBe(sum([start, ...moved]).toFixed());
        expect(dec(row?.free ?? '-1').isNegative()).toBe(false);
      }
    }),
    { numRuns: 300 },
  );
});
