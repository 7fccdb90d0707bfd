/** An implementation of the venue port, and in what its exchange differs from the others. */
export interface Subject {
  name: string;
  venue: string;
  environment: 'sim' | 'paper';
  symbol: string;
  /** What the market's rules are, and off what the step is. */
  step: string;
  offStep: string;
  /** What resting 100 at 0.4 holds, and what buying 100 at 0.5 takes from the free quote. */
  held: string;
  taken: string;
  feeAsset: string;
  /** Fee of buying 100 at 0.45 as maker. */
  makerFee: string;
  rates: { maker: string; taker: string };
  codes: { notional: string; funds: string; crosses: string };
  /** By ccxt's unified calls, like an exchange without an adapter of its own. */
  unified?: boolean;
  /** What becomes of a fill-or-kill order that cannot fill. */
  fok: unknown;
}

/** The market of every spot subject. */
export const SPOT_SUBJECT = {
  venue: 'binance',
  symbol: 'ADA/USDT',
  step: '0.1',
  offStep: '100.05',
  held: '40',
  taken: '50',
  feeAsset: 'ADA',
  makerFee: '0.1',
  rates: { maker: '0.001', taker: '0.001' },
  codes: { notional: 'FILTER_NOTIONAL', funds: 'INSUFFICIENT_FUNDS', crosses: 'WOULD_CROSS' },
  fok: { phase: 'accepted', report: { state: 'expired', filledQuantity: '0' } },
};
const LINEAR_SUBJECT = {
  venue: 'binanceusdm',
  environment: 'sim',
  symbol: 'ADA/USDT:USDT',
  step: '1',
  offStep: '100.5',
  // Leverage 20.
  held: '2',
  taken: '2.525',
  feeAsset: 'USDT',
  makerFee: '0.009',
  rates: { maker: '0.0002', taker: '0.0005' },
  fok: { phase: 'rejected', reason: { code: 'FOK_UNFILLED' } },
} as const;
/** Every implementation. */
export const SUBJECTS: readonly Subject[] = [
  { ...SPOT_SUBJECT, name: 'Binance spot', environment: 'sim' },
  { ...SPOT_SUBJECT, name: 'paper', environment: 'paper' },
  {
    ...LINEAR_SUBJECT,
    name: 'Binance USDT-M',
    codes: { notional: 'NOTIONAL_TOO_SMALL', funds: 'INSUFFICIENT_MARGIN', crosses: 'WOULD_CROSS' },
  },
  { ...SPOT_SUBJECT, name: 'spot by unified calls', environment: 'sim', unified: true },
  {
    ...LINEAR_SUBJECT,
    name: 'contracts by unified calls',
    unified: true,
    // The library has one class for all an order may be refused for.
    codes: { notional: 'ORDER_REJECTED', funds: 'INSUFFICIENT_MARGIN', crosses: 'ORDER_REJECTED' },
    fok: { phase: 'rejected', reason: { code: 'ORDER_REJECTED' } },
  },
];

/** An order of 100 at 0.4, which rests while the price is 0.5. */
export const BID = {
  side: 'buy',
  type: 'limit',
  timeInForce: 'GTC',
  postOnly: false,
  price: '0.4',
  quantity: '100',
} as const;
