/**
 * What a failed call to a venue means for the caller.
 * - `refused`: the venue understood and said no; asking the same again is useless
 * - `auth`: key, secret, permission or address
 * - `unavailable`: no clear answer; ask again later, conclude nothing
 * - `limited`: too many requests; wait
 */
export type VenueErrorKind =
  'refused' | 'auth' | 'unavailable' | 'limited' | 'unknown-order' | 'unknown-market';

/**
 * What is known about a request that ended with an error.
 * - `not-sent`: nothing left this process
 * - `rejected`: the venue did not do it
 * - `accepted`: what was asked for is already so
 * - `ambiguous`: nobody knows; only a query can tell
 */
export type OutcomePhase = 'not-sent' | 'rejected' | 'accepted' | 'ambiguous';

export interface VenueCodeInfo {
  kind: VenueErrorKind;
  phase: OutcomePhase;
  /** What happened. */
  text: string;
  /** What to do about it. */
  action: string;
  /** Whether the next identical order meets the same refusal, whatever its price: repeated ones open a circuit. */
  repeats?: true;
}

const refused = (text: string, action: string): VenueCodeInfo => ({
  kind: 'refused',
  phase: 'rejected',
  text,
  action,
});
const standing = (text: string, action: string): VenueCodeInfo => ({
  ...refused(text, action),
  repeats: true,
});
const unclear = (text: string): VenueCodeInfo => ({
  kind: 'unavailable',
  phase: 'ambiguous',
  text,
  action: 'Look the order up by its client order id; never send it again.',
});
const auth = (text: string, action: string): VenueCodeInfo => ({
  kind: 'auth',
  phase: 'rejected',
  text,
  action,
  repeats: true,
});
const limited = (text: string, action: string): VenueCodeInfo => ({
  kind: 'limited',
  phase: 'rejected',
  text,
  action,
});
const held = (text: string, action: string): VenueCodeInfo => ({
  kind: 'limited',
  phase: 'not-sent',
  text,
  action,
});

const FIX_RULES = 'Load the market rules again and choose another price or quantity.';
const FIX_REQUEST = 'Report it with the message: the request itself is wrong.';
const FIX_MODE = 'Close positions and orders of the market first, or keep the present setting.';

/** Every code of ours for a failed call. Codes never change their meaning. */
export const VENUE_CODES = {
  // No clear answer
  VENUE_UNKNOWN_ERROR: unclear('The exchange reported an unknown error.'),
  VENUE_DISCONNECTED: unclear('The exchange lost the connection to its own backend.'),
  VENUE_UNEXPECTED_RESPONSE: unclear('The exchange got an unexpected answer from its own backend.'),
  VENUE_TIMEOUT: unclear('The exchange timed out while processing the request.'),
  VENUE_BUSY: unclear('The exchange is overloaded.'),
  VENUE_UNAVAILABLE: unclear('The exchange could not be reached or failed to answer.'),
  VENUE_ANSWER_UNREADABLE: unclear('The answer does not have the known form.'),
  DUPLICATE_CLIENT_ORDER_ID: {
    ...unclear('An open order has this client order id, perhaps this very one.'),
    kind: 'refused',
  },

  // Limits
  TOO_MANY_REQUESTS: limited('The request weight of this address is used up.', 'Wait for Retry-After.'),
  TOO_MANY_ORDERS: limited('The order count of this account is used up.', 'Wait for Retry-After.'),
  VENUE_BANNED: limited('The exchange has banned this address for a while.', 'Wait until the ban ends.'),
  VENUE_FORBIDDEN: limited(
    'The exchange’s firewall refused the request.',
    'Wait; then check the address of the node and what else uses it.',
  ),
  GATE_CLOSED: held('The gate to the exchange is closed for every node.', 'Wait until it opens.'),
  WEIGHT_BUDGET: held('The fleet’s share of the request weight is used up.', 'Wait for the next minute.'),
  ORDER_BUDGET: held('The account’s share of the order count is used up.', 'Wait for the next window.'),
  CONNECTION_BUDGET: held(
    'This address has opened as many connections as it may.',
    'Wait; then look why streams break.',
  ),
  CLOCK_UNSAFE: held(
    'This node’s clock differs too much from the exchange’s, or the difference is unknown.',
    'Set the clock of the machine by NTP.',
  ),
  TRADING_HALTED: held('Trading was halted before the order left.', 'Set the trading state back to ACTIVE.'),
  TRADING_REDUCING: held('Only reducing orders leave at the moment.', 'Remove the cause, or resume.'),
  TRADING_STATE_UNKNOWN: held(
    'This node has not read the trading states for ten seconds.',
    'Look why it does not reach the database.',
  ),
  LEASE_ENDING: held('This node’s claim on the run ends too soon.', 'Nothing: the next owner goes on.'),
  INTENT_EXPIRED: held('The order waited longer than its validity.', 'Nothing: the slot is armed again.'),
  CIRCUIT_OPEN: held('Identical orders were refused again and again.', 'Remove the cause of the refusal.'),
  HOST_FORBIDDEN: {
    kind: 'refused',
    phase: 'not-sent',
    text: 'The environment of the account may not reach this host.',
    action: 'Correct the environment of the account or the address in the configuration.',
  },

  // Identity
  NOT_AUTHORISED: auth('The key may not do this.', 'Give the key the permission, or use another key.'),
  SIGNATURE_REFUSED: auth('The signature is wrong.', 'Store the secret again.'),
  KEY_MALFORMED: auth('The key does not have the known form.', 'Store the key again.'),
  KEY_REFUSED: auth(
    'The key, its permissions or this address are refused.',
    'Check the key, its permissions and its list of addresses at the exchange.',
  ),

  // Time
  CLOCK_OUT_OF_WINDOW: refused(
    'The request’s time is outside the window the exchange accepts.',
    'Measure the clock’s offset again; set the clock by NTP.',
  ),

  // Orders that are not there
  ORDER_UNKNOWN: {
    kind: 'unknown-order',
    phase: 'rejected',
    text: 'The exchange knows no such open order.',
    action: 'Query the order before concluding anything.',
  },
  ORDER_ARCHIVED: refused(
    'The order is so old that the exchange has archived it.',
    'Take it from our own books and the trade history.',
  ),

  // The market
  MARKET_UNKNOWN: {
    kind: 'unknown-market',
    phase: 'rejected',
    text: 'The exchange does not list this market.',
    action: 'Choose another market.',
    repeats: true,
  },
  MARKET_CLOSED: standing('The market is closed.', 'Wait until the exchange opens it.'),
  FILTER_FAILED: refused('The order fails a filter of the market.', FIX_RULES),
  QUANTITY_REFUSED: refused('The quantity is outside the market’s limits.', FIX_RULES),
  STEP_REFUSED: refused('The quantity is no multiple of the market’s step.', FIX_RULES),
  PRICE_REFUSED: refused('The price is outside the market’s limits.', FIX_RULES),
  TICK_REFUSED: refused('The price is no multiple of the market’s tick.', FIX_RULES),
  PRICE_BAND: refused('The price is too far from the market.', 'Wait until the market is nearer.'),
  COUNTERPARTY_PRICE_BAND: refused(
    'The best opposite price is outside the allowed band.',
    'Use a limit order, or wait for a fuller book.',
  ),
  NOTIONAL_TOO_SMALL: refused('Price times quantity is below the market’s minimum.', FIX_RULES),
  TOO_MANY_OPEN_ORDERS: standing(
    'The market holds as many orders of this account as it may.',
    'Cancel orders, or use fewer levels.',
  ),

  // Funds and positions
  INSUFFICIENT_FUNDS: standing(
    'The account’s free balance does not cover the order.',
    'Add funds, or make the order smaller.',
  ),
  INSUFFICIENT_MARGIN: standing(
    'The account’s margin does not cover the order.',
    'Add margin, or make the order smaller.',
  ),
  REDUCE_ONLY_REFUSED: standing(
    'There is no position left that the order could reduce.',
    'Compare positions.',
  ),
  LEVERAGE_LIMIT: standing(
    'The position would be larger than the leverage allows.',
    'Lower the leverage or the position.',
  ),
  POSITION_SIDE_MISMATCH: standing(
    'The position side does not fit the account’s position mode.',
    'Make the strategy’s sides and the account’s mode agree.',
  ),

  // How the order meets the book
  WOULD_CROSS: refused('A post-only order would have traded at once.', 'Wait until the price can rest.'),
  WOULD_TRIGGER: refused('The stop price would trigger at once.', 'Act as if it had triggered.'),
  FOK_UNFILLED: refused('A fill-or-kill order could not fill at once.', 'Use another time in force.'),
  CANCEL_REPLACE_FAILED: refused(
    'The cancel failed and the new order was not tried.',
    'Query the old order; it may be filled.',
  ),
  CANCEL_REPLACE_PARTIAL: refused(
    'The old order is cancelled and the new one was refused.',
    'Query both orders before the next step.',
  ),
  ORDER_UNCHANGED: {
    kind: 'refused',
    phase: 'accepted',
    text: 'The order already has this price and quantity.',
    action: 'Nothing.',
  },
  MODIFY_REFUSED: refused('The order cannot be changed any more.', 'Query the order, then replace it.'),
  CLOSE_POSITION_REFUSED: refused('The parameters of a closing order contradict each other.', FIX_REQUEST),
  ALGO_ORDER_REQUIRED: refused('Conditional orders go to the algo order endpoint.', FIX_REQUEST),
  PRICE_MATCH_REFUSED: refused('The price-match mode does not fit the order.', FIX_REQUEST),
  CLIENT_ORDER_ID_REFUSED: refused('The client order id has a wrong form or length.', FIX_REQUEST),

  // Settings
  MARGIN_MODE_UNCHANGED: {
    kind: 'refused',
    phase: 'accepted',
    text: 'The margin mode is already so.',
    action: 'Nothing.',
  },
  POSITION_MODE_UNCHANGED: {
    kind: 'refused',
    phase: 'accepted',
    text: 'The position mode is already so.',
    action: 'Nothing.',
  },
  MODE_BLOCKED_BY_ORDERS: refused('The mode cannot change while there are open orders.', FIX_MODE),
  MODE_BLOCKED_BY_POSITION: refused('The mode cannot change while there is a position.', FIX_MODE),
  LISTEN_KEY_UNKNOWN: refused('The private stream’s key has expired.', 'Open the stream anew.'),

  VENUE_CANNOT: standing(
    'The exchange, or the library that speaks to it, cannot do this.',
    'Do it at the exchange by hand, or use another venue.',
  ),

  // Everything else the venue understood and refused
  PARAMETER_REFUSED: refused('A parameter is missing, malformed or not allowed.', FIX_REQUEST),
  PRECISION_REFUSED: refused('A number has more digits than the market allows.', FIX_RULES),
  ORDER_REJECTED: refused('The exchange refused the order.', 'Read its message.'),
} as const satisfies Record<string, VenueCodeInfo>;

export type VenueCode = keyof typeof VENUE_CODES;

/** What a code means; filters the exchange invents later (`FILTER_…`) are refusals by the market's rules. */
export function codeInfo(code: string): VenueCodeInfo {
  if (Object.hasOwn(VENUE_CODES, code)) return VENUE_CODES[code as VenueCode];
  return code.startsWith('FILTER_') ? VENUE_CODES.FILTER_FAILED : VENUE_CODES.ORDER_REJECTED;
}
