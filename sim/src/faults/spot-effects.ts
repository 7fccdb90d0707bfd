import type { Ticks } from '@gridfleet/shared/domain';
import type { MarketStatus, RuleChanges } from '../venue/market-states.js';
import type { SpotHost } from '../server/spot-host.js';
import { toUnits } from '../venue/units.js';
import type { Effects } from './actions.js';
import type { EffectHandlers, Undo } from './effects.js';
import { bidBeyond, movedBid, moveTo, outsideBook, tradeThrough } from './market-mover.js';
import type { SpotMarket } from '../market/spot-market.js';
import { isWorking, type SpotOrder } from '../venue/order.js';

/** What may happen to the markets and accounts of a spot venue. */
export function spotEffects(host: SpotHost): EffectHandlers {
  const { venue, users, desk } = host;
  const openOrders = (symbol: string): SpotOrder[] =>
    venue.accounts.all().flatMap((account) => venue.store.open(account, symbol));
  const workingOrders = (symbol: string): SpotOrder[] => openOrders(symbol).filter(isWorking);
  const freeze = (market: SpotMarket): Undo => host.sink(market.rules.symbol)?.freeze() ?? (() => undefined);
  const jump = (market: SpotMarket, bid: Ticks): Undo => {
    const book = outsideBook(market, workingOrders(market.rules.symbol));
    const thaw = freeze(market);
    moveTo(market, bid);
    return () => {
      // Back to where it was, then to where the outside has gone meanwhile.
      market.reset(book);
      thaw();
      market.flush();
    };
  };

  return {
    'terminate-streams': (_action, { account }) => {
      const accounts = account === undefined ? venue.accounts.all() : [desk.account(account)];
      for (const found of accounts) users.terminate(found, venue.clock.now());
      return undefined;
    },
    'market-status': ({ status }, { symbol }) => {
      const { rules } = desk.market(symbol);
      const before = venue.states.statusOf(rules);
      venue.states.setStatus(rules.symbol, status satisfies MarketStatus);
      return () => venue.states.setStatus(rules.symbol, before);
    },
    'change-filters': (action, { symbol }) => {
      const { rules } = desk.market(symbol);
      venue.states.changeRules(rules, changesOf(action));
      return () => venue.states.changeRules(rules, null);
    },
    delist: (_action, { symbol }) => {
      const market = desk.market(symbol);
      for (const order of openOrders(market.rules.symbol)) venue.trading.expire(market, order);
      venue.states.delist(market.rules.symbol);
      return () => venue.states.relist(market.rules.symbol);
    },
    freeze: (_action, { symbol }) => freeze(desk.market(symbol)),
    'move-price': ({ percent }, { symbol }) => {
      const market = desk.market(symbol);
      return jump(market, movedBid(market, percent));
    },
    'gap-levels': ({ direction, levels }, { symbol }) => {
      const market = desk.market(symbol);
      return jump(market, bidBeyond(workingOrders(market.rules.symbol), direction, levels));
    },
    'fill-order': ({ side, percent = 100 }, { account, symbol }) => {
      const market = desk.market(symbol);
      const [best] = venue.store
        .open(desk.account(account), market.rules.symbol)
        .filter(isWorking)
        .filter((order) => side === undefined || order.side === side)
        .sort((a, b) => (a.side === 'BUY' ? b.price - a.price : a.price - b.price));
      if (!best) throw new RangeError(`account ${account} has no such open order in ${symbol}`);
      tradeThrough(market, best, percent);
      return undefined;
    },
    'external-order': ({ order }, { account, symbol }) => {
      desk.place(desk.account(account), desk.market(symbol), order);
      return undefined;
    },
    'cancel-orders': ({ clientOrderId }, { account, symbol }) => {
      desk.cancel(desk.account(account), symbol, clientOrderId);
      return undefined;
    },
    withdraw: ({ asset, amount }, { account }) => {
      desk.withdraw(desk.account(account), asset, amount);
      return undefined;
    },
    'revoke-key': (_action, { account }) => {
      const found = desk.account(account);
      found.revoked = true;
      return () => (found.revoked = false);
    },
  };
}

function changesOf(action: Effects['change-filters']): RuleChanges {
  const { tickSize, stepSize, minQty, maxQty, minNotional } = action;
  return {
    ...(tickSize === undefined ? {} : { tick: toUnits(tickSize) }),
    ...(stepSize === undefined ? {} : { step: toUnits(stepSize) }),
    ...(minQty === undefined ? {} : { minQty: toUnits(minQty) }),
    ...(maxQty === undefined ? {} : { maxQty: toUnits(maxQty) }),
    ...(minNotional === undefined ? {} : { minNotional: toUnits(minNotional) }),
  };
}
