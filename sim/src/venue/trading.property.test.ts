import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Account } from '../account/accounts.js';
import { Ledger } from '../ledger/ledger.js';
import { ledgerReport } from '../ledger/report.js';
import { VenueError } from './errors.js';
import { STANDARD_LIMITS } from './limits.js';
import { readTicket } from './order-entry.js';
import { Params } from './params.js';
import { loadRules } from './rules.js';
import { SpotVenue } from './spot-venue.js';

// Whatever users send and the market does, the ledger agrees with the balances to the last digit.

const price = fc.integer({ min: 59_900, max: 60_100 });
const side = fc.constantFrom('BUY', 'SELL');
const user = fc.constantFrom('alice', 'bob');
const kinds = fc.constantFrom<Record<string, string>>(
  { type: 'LIMIT', timeInForce: 'GTC' },
  { type: 'LIMIT', timeInForce: 'GTC' },
  { type: 'LIMIT', timeInForce: 'IOC' },
  { type: 'LIMIT', timeInForce: 'FOK' },
  { type: 'LIMIT_MAKER' },
  { type: 'MARKET' },
  { type: 'MARKET', quoteOrderQty: '123.45678901' },
  { type: 'STOP_LOSS' },
  { type: 'STOP_LOSS_LIMIT', timeInForce: 'GTC' },
  { type: 'TAKE_PROFIT' },
  { type: 'TAKE_PROFIT_LIMIT', timeInForce: 'IOC' },
);
const stp = fc.constantFrom('EXPIRE_MAKER', 'EXPIRE_TAKER', 'EXPIRE_BOTH', 'NONE');

const action = fc.oneof(
  fc.record({
    do: fc.constant('order' as const),
    user,
    side,
    price,
    stop: price,
    steps: fc.integer({ min: 9, max: 5000 }),
    fields: kinds,
    stp,
  }),
  fc.record({ do: fc.constant('cancel' as const), user, pick: fc.nat(5) }),
  fc.record({ do: fc.constant('quote' as const), price, quantity: fc.integer({ min: 1, max: 3000 }) }),
  fc.record({
    do: fc.constant('trade' as const),
    price,
    quantity: fc.integer({ min: 1, max: 3000 }),
    aggressor: fc.constantFrom('buy' as const, 'sell' as const),
  }),
);

it('random order flow keeps the ledger balanced', () => {
  const rules = loadRules();
  const btc = rules.get('BTCUSDT');
  if (!btc) throw new Error('no rules for BTCUSDT');
  let refusals = 0;
  let fills = 0;
  let triggered = 0;
  fc.assert(
    fc.property(fc.array(action, { minLength: 5, maxLength: 60 }), (actions) => {
      let now = 1_700_000_000_000;
      const venue = new SpotVenue({
        name: 'test',
        clock: { now: () => now++ },
        limits: STANDARD_LIMITS,
        listing: rules,
        firstId: 1,
        seed: 1,
      });
      const ledger = new Ledger();
      venue.events.add(ledger);
      const market = venue.addMarket(btc);
      const open = (apiKey: string, makerRate: string): Account =>
        venue.openAccount({
          apiKey,
          apiSecret: 's',
          balances: { USDT: '9000.00000001', BTC: '0.15' },
          makerRate,
          takerRate: '0.00075',
        });
      const accounts = { alice: open('alice', '0.0001'), bob: open('bob', '0') };
      market.reset({ bids: [[5_999_000, 2000]], asks: [[6_001_000, 2000]] });
      for (const step of actions) {
        if (step.do === 'quote')
          market.quote([step.price * 100, step.quantity], [step.price * 100 + 300, step.quantity]);
        else if (step.do === 'trade') market.trade(step.price * 100, step.quantity, step.aggressor);
        else if (step.do === 'cancel') {
          const order = venue.store.open(accounts[step.user as 'alice'], 'BTCUSDT')[step.pick];
          if (order) venue.trading.cancel(market, order, 'c');
        } else {
          const type = step.fields['type'] ?? '';
          const limit = type.includes('LIMIT');
          const params = new Params(
            Object.entries({
              ...step.fields,
              side: step.side,
              selfTradePreventionMode: step.stp,
              ...(step.fields['quoteOrderQty'] ? {} : { quantity: (step.steps / 100_000).toFixed(5) }),
              ...(limit ? { price: String(step.price) } : {}),
              ...(/^(STOP|TAKE)/.test(type) ? { stopPrice: String(step.stop) } : {}),
            }),
          );
          try {
            const ticket = readTicket(params, btc, () => venue.newClientOrderId());
            venue.trading.place(accounts[step.user as 'alice'], market, ticket);
          } catch (error) {
            if (!(error instanceof VenueError)) throw error;
            refusals++;
          }
        }
        const { bid, ask } = market.best;
        if (bid && ask) expect(bid[0]).toBeLessThan(ask[0]);
      }
      const report = ledgerReport(venue, ledger, rules, venue.accounts.all());
      expect(report.checks).toEqual([]);
      for (const { orders } of report.accounts) {
        triggered += orders.filter(
          (order) => order.stopPrice !== '0.00000000' && order.workingTime >= 0,
        ).length;
      }
      fills += report.accounts.reduce((sum, account) => sum + account.fills.length, 0);
    }),
    { numRuns: 150 },
  );
  // The flow must really have traded, and not been refused throughout; how often varies widely with the seed.
  expect(fills).toBeGreaterThan(30);
  expect(triggered).toBeGreaterThan(3);
  expect(refusals).toBeGreaterThan(10);
});
