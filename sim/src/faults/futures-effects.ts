import type { Ticks } from '@gridfleet/shared/domain';
import { accountMargin } from '../futures/account-margin.js';
import type { FuturesMarket } from '../futures/futures-market.js';
import { readFuturesTicket } from '../futures/order-entry.js';
import type { FuturesOrder } from '../futures/order.js';
import type { Trader } from '../futures/trader.js';
import type { FuturesHost } from '../server/futures/futures-host.js';
import { Params } from '../venue/params.js';
import { toUnits } from '../venue/units.js';
import type { EffectHandlers, Undo } from './effects.js';
import { bidBeyond, movedBid, moveTo, outsideBook, tradeThrough } from './market-mover.js';

/** What may happen to the contracts and accounts of a futures venue. */
export function futuresEffects(host: FuturesHost): EffectHandlers {
  const { venue } = host;
  const openOrders = (symbol: string): FuturesOrder[] =>
    venue.traders().flatMap((trader) => venue.store.open(trader, symbol));
  const freeze = ({ rules }: FuturesMarket): Undo => host.sink(rules.symbol)?.freeze() ?? (() => undefined);
  const jump = (market: FuturesMarket, bid: Ticks): Undo => {
    const book = outsideBook(market.book, openOrders(market.rules.symbol));
    const thaw = freeze(market);
    moveTo(market.book, bid);
    venue.settle();
    return () => {
      market.book.reset(book);
      thaw();
      market.book.flush();
      venue.settle();
    };
  };

  return {
    'expire-listen-key': (_action, { account }) => {
      const traders = account === undefined ? venue.traders() : [traderOf(host, account)];
      for (const trader of traders) venue.listenKeys.expire(trader);
      return undefined;
    },
    'market-status': ({ status }, { symbol }) => {
      const market = marketOf(host, symbol);
      const before = market.status;
      market.status = status;
      return () => (market.status = before);
    },
    freeze: (_action, { symbol }) => freeze(marketOf(host, symbol)),
    'move-price': ({ percent }, { symbol }) => {
      const market = marketOf(host, symbol);
      return jump(market, movedBid(market.book, percent));
    },
    'gap-levels': ({ direction, levels }, { symbol }) => {
      const market = marketOf(host, symbol);
      return jump(market, bidBeyond(openOrders(market.rules.symbol), direction, levels));
    },
    'fill-order': ({ side, percent = 100 }, { account, symbol }) => {
      const market = marketOf(host, symbol);
      const [best] = venue.store
        .open(traderOf(host, account), market.rules.symbol)
        .filter((order) => side === undefined || order.side === side)
        .sort((a, b) => (a.side === 'BUY' ? b.price - a.price : a.price - b.price));
      if (!best) throw new RangeError(`account ${account ?? 'of any key'} has no such open order`);
      tradeThrough(market.book, best, percent);
      venue.settle();
      return undefined;
    },
    'external-order': ({ order }, { account, symbol }) => {
      const market = marketOf(host, symbol);
      const trader = traderOf(host, account);
      const params = new Params(Object.entries(order));
      const ticket = readFuturesTicket(params, trader, market, venue.clock.now(), () =>
        venue.newClientOrderId(),
      );
      venue.trading.place(trader, market, ticket);
      venue.settle();
      return undefined;
    },
    'cancel-orders': ({ clientOrderId }, { account, symbol }) => {
      for (const order of venue.store.open(traderOf(host, account), symbol)) {
        if (clientOrderId !== undefined && order.clientOrderId !== clientOrderId) continue;
        venue.trading.cancel(venue.marketOf(order.rules.symbol), order);
      }
      return undefined;
    },
    withdraw: ({ asset, amount }, { account }) => {
      const trader = traderOf(host, account);
      const { available } = accountMargin(venue.sources, trader);
      const wanted = amount === undefined ? available : toUnits(amount);
      if (wanted > available)
        throw new RangeError(`account ${trader.account.apiKey} has not so much to withdraw`);
      venue.wallets.transfer(trader, asset, -wanted);
      venue.settle();
      return undefined;
    },
    'revoke-key': (_action, { account }) => {
      const { account: found } = traderOf(host, account);
      found.revoked = true;
      return () => (found.revoked = false);
    },
  };
}

/** The contract an effect is about; the first one that has data when it names none. @throws RangeError. */
function marketOf({ venue }: FuturesHost, symbol: string | undefined): FuturesMarket {
  const market = symbol === undefined ? venue.markets()[0] : venue.market(symbol);
  if (!market) throw new RangeError(`${venue.name} has no contract ${symbol ?? 'with data'}`);
  return market;
}

/** The account an effect is about; the first one when it names none. @throws RangeError. */
function traderOf({ venue }: FuturesHost, apiKey: string | undefined): Trader {
  const account = apiKey === undefined ? venue.accounts.all()[0] : venue.accounts.get(apiKey);
  if (!account) throw new RangeError(`${venue.name} has no account ${apiKey ?? 'at all'}`);
  return venue.trader(account);
}
