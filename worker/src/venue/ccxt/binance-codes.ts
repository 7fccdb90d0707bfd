import type { VenueCode } from '../error-catalogue.js';

/** Which of the exchange's APIs answered: the same number means different things on them. */
export type BinanceApi = 'spot' | 'linear';

/** Numbers both APIs use alike. */
const COMMON: Readonly<Record<number, VenueCode>> = {
  [-1000]: 'VENUE_UNKNOWN_ERROR',
  [-1001]: 'VENUE_DISCONNECTED',
  [-1002]: 'NOT_AUTHORISED',
  [-1003]: 'TOO_MANY_REQUESTS',
  [-1006]: 'VENUE_UNEXPECTED_RESPONSE',
  [-1007]: 'VENUE_TIMEOUT',
  [-1008]: 'VENUE_BUSY',
  [-1015]: 'TOO_MANY_ORDERS',
  [-1016]: 'VENUE_UNAVAILABLE',
  [-1021]: 'CLOCK_OUT_OF_WINDOW',
  [-1022]: 'SIGNATURE_REFUSED',
  [-1111]: 'PRECISION_REFUSED',
  [-1121]: 'MARKET_UNKNOWN',
  [-1125]: 'LISTEN_KEY_UNKNOWN',
  [-2011]: 'ORDER_UNKNOWN',
  [-2013]: 'ORDER_UNKNOWN',
  [-2014]: 'KEY_MALFORMED',
  [-2015]: 'KEY_REFUSED',
  [-2026]: 'ORDER_ARCHIVED',
};

const SPOT: Readonly<Record<number, VenueCode>> = {
  // cancelReplace only: 409 and 400.
  [-2021]: 'CANCEL_REPLACE_PARTIAL',
  [-2022]: 'CANCEL_REPLACE_FAILED',
};

const LINEAR: Readonly<Record<number, VenueCode>> = {
  [-2018]: 'INSUFFICIENT_FUNDS',
  [-2019]: 'INSUFFICIENT_MARGIN',
  [-2021]: 'WOULD_TRIGGER',
  [-2022]: 'REDUCE_ONLY_REFUSED',
  [-2024]: 'REDUCE_ONLY_REFUSED',
  [-2025]: 'TOO_MANY_OPEN_ORDERS',
  [-2027]: 'LEVERAGE_LIMIT',
  [-2028]: 'LEVERAGE_LIMIT',
  [-4003]: 'QUANTITY_REFUSED',
  [-4004]: 'QUANTITY_REFUSED',
  [-4005]: 'QUANTITY_REFUSED',
  [-4013]: 'PRICE_REFUSED',
  [-4014]: 'TICK_REFUSED',
  [-4015]: 'CLIENT_ORDER_ID_REFUSED',
  [-4016]: 'PRICE_BAND',
  [-4023]: 'STEP_REFUSED',
  [-4024]: 'PRICE_BAND',
  [-4045]: 'TOO_MANY_OPEN_ORDERS',
  [-4046]: 'MARGIN_MODE_UNCHANGED',
  [-4047]: 'MODE_BLOCKED_BY_ORDERS',
  [-4048]: 'MODE_BLOCKED_BY_POSITION',
  [-4059]: 'POSITION_MODE_UNCHANGED',
  [-4061]: 'POSITION_SIDE_MISMATCH',
  [-4067]: 'MODE_BLOCKED_BY_ORDERS',
  [-4068]: 'MODE_BLOCKED_BY_POSITION',
  [-4116]: 'DUPLICATE_CLIENT_ORDER_ID',
  [-4118]: 'REDUCE_ONLY_REFUSED',
  [-4120]: 'ALGO_ORDER_REQUIRED',
  [-4131]: 'COUNTERPARTY_PRICE_BAND',
  [-4164]: 'NOTIONAL_TOO_SMALL',
  [-5021]: 'FOK_UNFILLED',
  [-5022]: 'WOULD_CROSS',
  [-5026]: 'MODIFY_REFUSED',
  [-5027]: 'ORDER_UNCHANGED',
  [-5028]: 'CLOCK_OUT_OF_WINDOW',
};

/** -2010 and -1013 tell their cause only in words, and ccxt keeps the words even where it drops the number. */
const BY_TEXT: readonly (readonly [RegExp, VenueCode])[] = [
  [/insufficient balance/i, 'INSUFFICIENT_FUNDS'],
  [/margin is insufficient/i, 'INSUFFICIENT_MARGIN'],
  [/immediately match and take/i, 'WOULD_CROSS'],
  [/would trigger immediately/i, 'WOULD_TRIGGER'],
  [/duplicated? (client )?order|client ?order ?id is duplicated/i, 'DUPLICATE_CLIENT_ORDER_ID'],
  [/market is closed/i, 'MARKET_CLOSED'],
];

/** Names of filters that say more than "a filter"; the rest keep their own name behind `FILTER_`. */
const FILTERS: Readonly<Record<string, VenueCode>> = {
  MAX_NUM_ORDERS: 'TOO_MANY_OPEN_ORDERS',
  EXCHANGE_MAX_NUM_ORDERS: 'TOO_MANY_OPEN_ORDERS',
};

/** Our code for the words of a refusal, null when they say nothing known. */
export function codeOfText(text: string): string | null {
  const filter = /Filter failure: ([A-Z_]+)/.exec(text)?.[1];
  if (filter !== undefined) return FILTERS[filter] ?? `FILTER_${filter}`;
  return BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

/** Our code for the exchange's number and words. */
export function codeOfNumber(number: number, text: string, api: BinanceApi): string {
  const known = (api === 'spot' ? SPOT : LINEAR)[number] ?? COMMON[number];
  if (known !== undefined) return known;
  const told = codeOfText(text);
  if (told !== null) return told;
  if (number === -1013) return 'FILTER_FAILED';
  return number <= -1100 && number > -1200 ? 'PARAMETER_REFUSED' : 'ORDER_REJECTED';
}
