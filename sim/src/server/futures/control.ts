import type { FastifyInstance } from 'fastify';
import { positionRiskJson, accountTotals } from '../../futures/account-formats.js';
import type { FuturesMarket } from '../../futures/futures-market.js';
import { premiumJson } from '../../futures/market-formats.js';
import { readRate } from '../../futures/futures-venue.js';
import { incomeTexts } from '../../futures/ledger.js';
import { readPrice } from '../../market/open-source.js';
import { ScriptedSource } from '../../market/scripted-source.js';
import { MARGIN_ASSET } from '../../futures/rules.js';
import type { Trader } from '../../futures/trader.js';
import { readUnits } from '../../venue/units.js';
import { command, readJson } from '../control-input.js';
import type { FuturesHost } from './futures-host.js';

const RATE = /^-?0(\.\d{1,8})?$/;
const AMOUNT = /^(-?)(\d{1,20}(?:\.\d{1,8})?)$/;

type Fields = Record<string, unknown>;

/** The simulator's own commands for futures, under `/_sim/futures`. */
export function futuresRoutes(
  app: FastifyInstance,
  hosts: readonly FuturesHost[],
  batch: (change: () => void) => void,
): void {
  const run = (path: string, act: (host: FuturesHost, fields: Fields) => unknown): void => {
    app.post<{ Body: unknown }>(path, (request, reply) =>
      command(() => {
        const fields = readJson(request.body);
        return act(futuresHostOf(hosts, fields['venue']), fields);
      }, reply),
    );
  };

  app.get('/_sim/futures', () => ({ venues: hosts.map(report) }));

  run('/_sim/futures/price', ({ venue, sources }, fields) => {
    const market = marketOf(venue, fields);
    const source = sources.find(({ symbol }) => symbol === market.rules.symbol);
    if (!(source instanceof ScriptedSource)) {
      throw new RangeError(
        `the price of ${market.rules.symbol} is not set by hand: only manual and script markets can be`,
      );
    }
    const price = readPrice(market.rules, fields['price'], 'price');
    batch(() => source.setPrice(price));
    return premiumJson(market, venue.clock.now());
  });

  run('/_sim/futures/mark', ({ venue }, fields) => {
    const market = marketOf(venue, fields);
    const { price } = fields;
    if (price !== null) {
      const units = typeof price === 'string' ? readUnits(price) : 'malformed';
      if (typeof units === 'string' || units === 0n)
        throw new RangeError('price must be a decimal text or null');
      market.mark.fix(units);
    } else market.mark.fix(undefined);
    venue.settle();
    return premiumJson(market, venue.clock.now());
  });

  run('/_sim/futures/funding', ({ venue }, fields) => {
    const market = marketOf(venue, fields);
    const { rate, settle } = fields;
    if (rate !== undefined) {
      if (typeof rate !== 'string' || !RATE.test(rate))
        throw new RangeError('rate must be a text such as "-0.0001"');
      market.funding.rate = readRate(rate);
    }
    if (settle === true) {
      venue.funding.settle(market, venue.clock.now());
      venue.settle();
    }
    return premiumJson(market, venue.clock.now());
  });

  run('/_sim/futures/transfer', ({ venue }, fields) => {
    const trader = traderOf(venue, fields);
    const [, sign, text = ''] =
      AMOUNT.exec(typeof fields['amount'] === 'string' ? fields['amount'] : '') ?? [];
    const amount = readUnits(text);
    if (typeof amount === 'string') throw new RangeError('amount must be a decimal text of at most 8 places');
    venue.wallets.transfer(trader, MARGIN_ASSET, sign === '-' ? -amount : amount);
    venue.settle();
    return accountTotals(venue.sources, trader);
  });

  run('/_sim/futures/expire-listen-key', ({ venue }, fields) => {
    venue.listenKeys.expire(traderOf(venue, fields));
    return {};
  });
}

function report(host: FuturesHost): Fields {
  const { name, prefix, venue, ledger } = host;
  return {
    venue: name,
    prefix,
    privateStreams: host.users.count(),
    checks: host.checks(),
    contracts: venue.markets().map((market) => premiumJson(market, venue.clock.now())),
    accounts: venue.traders().map((trader) => ({
      apiKey: trader.account.apiKey,
      ...accountTotals(venue.sources, trader),
      income: incomeTexts(ledger.records(trader.account.apiKey)),
      positions: trader
        .openPositions()
        .map((position) => positionRiskJson(venue.sources, trader, position, 2)),
      openOrders: venue.store.open(trader).length,
      openAlgoOrders: venue.algoStore.open(trader).length,
    })),
  };
}

function futuresHostOf(hosts: readonly FuturesHost[], name: unknown): FuturesHost {
  const host = name === undefined ? hosts[0] : hosts.find((found) => found.name === name);
  if (!host) throw new RangeError(`there is no futures venue ${String(name)}`);
  return host;
}

function marketOf(venue: FuturesHost['venue'], { symbol }: Fields): FuturesMarket {
  const market = typeof symbol === 'string' ? venue.market(symbol) : undefined;
  if (!market) throw new RangeError(`there is no contract ${String(symbol)}`);
  return market;
}

/** The account a command names, the first one when it names none. */
function traderOf(venue: FuturesHost['venue'], { apiKey }: Fields): Trader {
  const account =
    apiKey === undefined
      ? venue.accounts.all()[0]
      : typeof apiKey === 'string'
        ? venue.accounts.get(apiKey)
        : undefined;
  if (!account) throw new RangeError(`there is no account ${String(apiKey)}`);
  return venue.trader(account);
}
