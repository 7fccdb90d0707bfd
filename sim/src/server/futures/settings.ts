import { bracketsJson, symbolConfigJson } from '../../futures/account-formats.js';
import { refuseFutures } from '../../futures/errors.js';
import { readPositionSide } from '../../futures/order-entry.js';
import { refuse } from '../../venue/errors.js';
import type { Params } from '../../venue/params.js';
import { unitsText } from '../../venue/units.js';
import type { Endpoint } from '../endpoint.js';
import type { FuturesEndpoints } from './endpoint.js';

const DONE = { code: 200, msg: 'success' };
const ADD = 1;
const REDUCE = 2;

/** Leverage, margin type, position mode and isolated margin. */
export function futuresSettings(api: FuturesEndpoints): Endpoint[] {
  const { venue } = api;
  return [
    api.signed('GET /fapi/v1/leverageBracket', ({ params }) =>
      params.has('symbol')
        ? [bracketsJson(api.market(params).rules)]
        : [...venue.listing.values()].map(bracketsJson),
    ),
    api.signed('GET /fapi/v1/symbolConfig', ({ trader, params }) =>
      (params.has('symbol') ? [api.market(params).rules] : [...venue.listing.values()]).map((rules) =>
        symbolConfigJson(trader, rules),
      ),
    ),
    api.signed('GET /fapi/v1/accountConfig', ({ trader }) => ({
      feeTier: 0,
      canTrade: true,
      canDeposit: true,
      canWithdraw: false,
      dualSidePosition: trader.hedged,
      updateTime: trader.updateTime,
      multiAssetsMargin: false,
      tradeGroupId: -1,
    })),
    api.signed('POST /fapi/v1/leverage', ({ trader, params }) => {
      const { rules } = api.market(params);
      const leverage = params.integer('leverage');
      if (leverage === undefined) throw refuse.missing('leverage');
      const limit = venue.settings.changeLeverage(trader, rules, leverage);
      return { symbol: rules.symbol, leverage, maxNotionalValue: unitsText(limit) };
    }),
    api.signed('POST /fapi/v1/marginType', ({ trader, params }) => {
      const { rules } = api.market(params);
      params.required('marginType');
      const type = params.matching('marginType', /^(ISOLATED|CROSSED)$/);
      venue.settings.changeMarginType(trader, rules, type === 'ISOLATED');
      return DONE;
    }),
    api.signed('POST /fapi/v1/positionMargin', ({ trader, params }) => {
      const { rules } = api.market(params);
      const amount = params.requiredAmount('amount');
      const type = params.integer('type');
      if (type !== ADD && type !== REDUCE) throw refuse.missing('type');
      const position = trader.position(rules, readPositionSide(params, trader));
      venue.settings.changePositionMargin(trader, position, type === ADD ? amount : -amount);
      return {
        amount: Number(unitsText(amount)),
        code: 200,
        msg: 'Successfully modify position margin.',
        type,
      };
    }),
    api.signed('GET /fapi/v1/positionSide/dual', ({ trader }) => ({ dualSidePosition: trader.hedged })),
    api.signed('POST /fapi/v1/positionSide/dual', ({ trader, params }) => {
      venue.settings.changePositionMode(trader, readBoolean(params, 'dualSidePosition'));
      return DONE;
    }),
    api.signed('GET /fapi/v1/multiAssetsMargin', () => ({ multiAssetsMargin: false })),
    api.signed('POST /fapi/v1/multiAssetsMargin', ({ params }) => {
      if (readBoolean(params, 'multiAssetsMargin')) throw refuseFutures.multiAssetsOff();
      throw refuseFutures.noMultiAssets();
    }),
  ];
}

function readBoolean(params: Params, name: string): boolean {
  params.required(name);
  return params.matching(name, /^(true|false)$/i)?.toLowerCase() === 'true';
}
