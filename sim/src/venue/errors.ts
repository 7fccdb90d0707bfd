/** A refusal as the exchange sends it: HTTP status and `{code, msg}`. */
export class VenueError extends Error {
  constructor(
    readonly status: number,
    readonly code: number,
    message: string,
    /** More fields of the JSON body beside code and msg. */
    readonly data?: Record<string, unknown>,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
    this.name = 'VenueError';
  }

  body(): Record<string, unknown> {
    return { code: this.code, msg: this.message, ...(this.data ? { data: this.data } : {}) };
  }
}

const bad = (code: number, message: string): VenueError => new VenueError(400, code, message);

/** The errors of the Binance spot API that the simulator sends; codes and texts are the exchange's own. */
export const refuse = {
  unknown: () => new VenueError(500, -1000, 'An unknown error occurred while processing the request.'),
  tooMuchWeight: (limit: number, retryAfter: number) =>
    new VenueError(
      429,
      -1003,
      `Too much request weight used; current limit is ${limit} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.`,
      undefined,
      { 'Retry-After': String(retryAfter) },
    ),
  stillRefused: (retryAfter: number) =>
    new VenueError(429, -1003, 'Way too much request weight used; wait as Retry-After says.', undefined, {
      'Retry-After': String(retryAfter),
    }),
  banned: (until: number, retryAfter: number) =>
    new VenueError(
      418,
      -1003,
      `Way too much request weight used; IP banned until ${until}. Please use WebSocket Streams for live updates to avoid bans.`,
      undefined,
      { 'Retry-After': String(retryAfter) },
    ),
  tooManyOrders: (limit: number, interval: string, retryAfter: number) =>
    new VenueError(
      429,
      -1015,
      `Too many new orders; current limit is ${limit} orders per ${interval}.`,
      undefined,
      {
        'Retry-After': String(retryAfter),
      },
    ),
  noSuchEndpoint: () => new VenueError(404, -1000, 'This endpoint does not exist.'),
  filter: (name: string) => bad(-1013, `Filter failure: ${name}`),
  invalidQuantity: () => bad(-1013, 'Invalid quantity.'),
  invalidPrice: () => bad(-1013, 'Invalid price.'),
  outsideRecvWindow: () => bad(-1021, 'Timestamp for this request is outside of the recvWindow.'),
  timestampAhead: () => bad(-1021, "Timestamp for this request was 1000ms ahead of the server's time."),
  badSignature: () => bad(-1022, 'Signature for this request is not valid.'),
  illegal: (name: string, range: string) =>
    bad(-1100, `Illegal characters found in parameter '${name}'; legal range is '${range}'.`),
  duplicateParam: () => bad(-1101, 'Duplicate values for a parameter detected.'),
  missing: (name: string) =>
    bad(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`),
  missingEither: (one: string, other: string) =>
    bad(-1102, `Param '${one}' or '${other}' must be sent, but both were empty/null!`),
  notRequired: (name: string) => bad(-1106, `Parameter '${name}' sent when not required.`),
  precision: (name: string) => bad(-1111, `Parameter '${name}' has too much precision.`),
  timeInForce: () => bad(-1115, 'Invalid timeInForce.'),
  orderType: () => bad(-1116, 'Invalid orderType.'),
  side: () => bad(-1117, 'Invalid side.'),
  interval: () => bad(-1120, 'Invalid interval.'),
  symbol: () => bad(-1121, 'Invalid symbol.'),
  combination: () => bad(-1128, 'Combination of optional parameters invalid.'),
  recvWindow: () => bad(-1131, 'recvWindow must be less than 60000.'),
  cancelReplace: (status: number, code: number, message: string, data: Record<string, unknown>) =>
    new VenueError(status, code, message, data),
  marketClosed: () => bad(-1013, 'Market is closed.'),
  noFunds: () => bad(-2010, 'Account has insufficient balance for requested action.'),
  wouldTake: () => bad(-2010, 'Order would immediately match and take.'),
  wouldTrigger: () => bad(-2010, 'Stop price would trigger immediately.'),
  duplicateOrder: () => bad(-2010, 'Duplicate order sent.'),
  unknownOrder: () => bad(-2011, 'Unknown order sent.'),
  noSuchOrder: () => bad(-2013, 'Order does not exist.'),
  keyFormat: () => new VenueError(401, -2014, 'API-key format invalid.'),
  keyRefused: () => new VenueError(401, -2015, 'Invalid API-key, IP, or permissions for action.'),
};
