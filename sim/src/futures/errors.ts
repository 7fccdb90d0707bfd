import { VenueError } from '../venue/errors.js';

const bad = (code: number, message: string): VenueError => new VenueError(400, code, message);

/** Errors that only the USDT-M API sends; codes and texts are the exchange's own. */
export const refuseFutures = {
  precision: () => bad(-1111, 'Precision is over the maximum defined for this asset.'),
  listenKey: () => bad(-1125, 'This listenKey does not exist.'),
  noMargin: () => bad(-2019, 'Margin is insufficient.'),
  wouldTrigger: () => bad(-2021, 'Order would immediately trigger.'),
  reduceOnly: () => bad(-2022, 'ReduceOnly Order is rejected.'),
  maxPosition: () => bad(-2027, 'Exceeded the maximum allowable position at current leverage.'),
  tooManyOrders: () => bad(-2025, 'Reach max open order limit.'),
  leverageTooSmall: () => bad(-2028, 'Leverage is smaller than permitted: insufficient margin balance.'),
  priceNotPositive: () => bad(-4001, 'Price less than 0.'),
  priceAboveMax: () => bad(-4002, 'Price greater than max price.'),
  quantityNotPositive: () => bad(-4003, 'Quantity less than or equal to zero.'),
  quantityBelowMin: () => bad(-4004, 'Quantity less than min quantity.'),
  quantityAboveMax: () => bad(-4005, 'Quantity greater than max quantity.'),
  triggerNotPositive: () => bad(-4006, 'Stop price less than or equal to zero.'),
  priceBelowMin: () => bad(-4013, 'Price less than min price.'),
  offTick: () => bad(-4014, 'Price not increased by tick size.'),
  clientId: () => bad(-4015, 'Client order id is not valid.'),
  priceAboveBand: (limit: string) => bad(-4016, `Limit price can't be higher than ${limit}.`),
  offStep: () => bad(-4023, 'Qty not increased by step size.'),
  priceBelowBand: (limit: string) => bad(-4024, `Limit price can't be lower than ${limit}.`),
  leverage: (leverage: number) => bad(-4028, `Leverage ${leverage} is not valid`),
  tooManyStops: () => bad(-4045, 'Reach max stop order limit.'),
  sameMarginType: () => bad(-4046, 'No need to change margin type.'),
  marginTypeWithOrders: () => bad(-4047, 'Margin type cannot be changed if there exists open orders.'),
  marginTypeWithPosition: () => bad(-4048, 'Margin type cannot be changed if there exists position.'),
  crossBalance: () => bad(-4050, 'Cross balance insufficient.'),
  isolatedBalance: () => bad(-4051, 'Isolated balance insufficient.'),
  noPositionForMargin: () => bad(-4054, 'Cannot add position margin: position is 0.'),
  amountNotPositive: () => bad(-4055, 'Amount must be positive.'),
  sameSideMode: () => bad(-4059, 'No need to change position side.'),
  positionSide: () => bad(-4060, 'Invalid position side.'),
  sideMismatch: () => bad(-4061, "Order's position side does not match user's setting."),
  sideModeWithOrders: () => bad(-4067, 'Position side cannot be changed if there exists open orders.'),
  sideModeWithPosition: () => bad(-4068, 'Position side cannot be changed if there exists position.'),
  batchSize: () => bad(-4082, 'Invalid number of batch place orders.'),
  duplicateId: () => bad(-4116, 'ClientOrderId is duplicated.'),
  reduceOnlyTotal: () =>
    bad(-4118, 'ReduceOnly Order Failed. Please check your existing position and open orders'),
  useAlgo: () =>
    bad(
      -4120,
      'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.',
    ),
  closePositionType: () =>
    bad(-4136, 'Target strategy invalid for orderType TRAILING_STOP_MARKET,closePosition true'),
  closePositionExists: () =>
    bad(-4130, 'An open stop or take profit order with GTE and closePosition in the direction is existing.'),
  counterpartyPrice: () =>
    bad(-4131, "The counterparty's best price does not meet the PERCENT_PRICE filter limit."),
  closed: () => bad(-4141, 'Symbol is closed.'),
  callbackRate: () => bad(-2007, 'Invalid callBack rate.'),
  isolatedLeverage: () =>
    bad(-4161, 'Leverage reduction is not supported in Isolated Margin Mode with open positions.'),
  minNotional: (amount: string) =>
    bad(-4164, `Order's notional must be no smaller than ${amount} (unless you choose reduce only).`),
  badData: (name: string) => bad(-1130, `Data sent for parameter '${name}' is not valid.`),
  multiAssetsOff: () => bad(-4168, 'Unable to adjust to Multi-Assets mode at this simulated exchange.'),
  noMultiAssets: () => bad(-4171, 'No need to change Multi-Assets mode.'),
  fillOrKill: () =>
    bad(
      -5021,
      'Due to the order could not be filled immediately, the FOK order has been rejected. The order will not be recorded in the order history',
    ),
  postOnly: () =>
    bad(
      -5022,
      'Due to the order could not be executed as maker, the Post Only order will be rejected. The order will not be recorded in the order history',
    ),
  goodTillDate: () =>
    bad(-5040, 'The goodTillDate timestamp must be greater than the current time plus 600 seconds.'),
  limitOnly: () => bad(-5025, 'Limit order only.'),
  sameOrder: () => bad(-5027, 'No need to modify the order.'),
};
