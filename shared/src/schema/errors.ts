/** The catalogue of error codes: HTTP status and what the caller should do. Codes never change their meaning. */
export const ERROR_CODES = {
  VALIDATION_FAILED: {
    status: 400,
    action: 'Correct the fields named in details and send the request again.',
  },
  MALFORMED_JSON: { status: 400, action: 'Send a JSON body.' },
  CREDENTIALS_REFUSED: {
    status: 400,
    action: 'Check the key, the secret and the address restrictions at the exchange.',
  },
  CREDENTIAL_MISSING: { status: 400, action: 'Give every credential field that the venue needs.' },
  VENUE_UNSUPPORTED: { status: 400, action: 'Choose a supported venue and environment.' },
  VENUE_COIN_MARGINED: {
    status: 400,
    action: 'Choose a venue whose contracts are settled in a stablecoin, or its spot market.',
  },
  MARKET_UNKNOWN: { status: 400, action: 'Choose a market the venue lists.' },
  KIND_UNKNOWN: { status: 400, action: 'Choose a kind of GET /api/strategy-kinds.' },
  PLAN_REFUSED: { status: 422, action: 'Change the parameters named in details.' },
  ACCOUNT_INACTIVE: { status: 409, action: 'Activate the account first.' },
  ACCOUNT_IN_USE: { status: 409, action: 'Stop and delete the strategies of the account first.' },
  STRATEGY_RUNNING: { status: 409, action: 'Stop the strategy first.' },
  STRATEGY_DELETED: { status: 409, action: 'Restore the strategy first.' },
  INVENTORY_HELD: {
    status: 409,
    action: 'Sell what the strategy holds, or create another strategy for the other market.',
  },
  TRADING_HALTED: { status: 409, action: 'Set the trading state back to ACTIVE first.' },
  EDIT_CONFLICT: { status: 409, action: 'Fetch the object again and repeat the change on what it is now.' },
  IDEMPOTENCY_KEY_REUSED: { status: 409, action: 'Use a new Idempotency-Key for a different request.' },
  IDEMPOTENCY_IN_PROGRESS: {
    status: 409,
    action: 'Wait for the first request with this key; its answer is given when it is repeated.',
  },
  CANDLE_FILE_IN_USE: { status: 409, action: 'Delete the backtests made with the file first.' },
  BACKTEST_NOT_DONE: { status: 409, action: 'Wait until it is done, or look at its reason.' },
  BACKTEST_RUNNING: { status: 409, action: 'Cancel the backtest first.' },
  BACKTEST_ENDED: { status: 409, action: 'Nothing is left to cancel.' },
  NOT_FOUND: { status: 404, action: 'Check the id.' },
  UNAUTHENTICATED: { status: 401, action: 'Sign in through the gateway.' },
  FORBIDDEN_ORIGIN: { status: 403, action: 'Call the API from its own page or without an Origin header.' },
  FORBIDDEN: { status: 403, action: 'Ask an owner for the role, or use a token with the scope.' },
  CONFIRMATION_REQUIRED: {
    status: 403,
    action: 'Send what the message asks for: the trading password, or the phrase as confirmation.',
  },
  WITHDRAWAL_PERMISSION: {
    status: 400,
    action: 'Use a key that cannot withdraw, or send allowWithdrawals: true if you must.',
  },
  USER_EXISTS: { status: 409, action: 'Change the user that exists.' },
  LAST_OWNER: { status: 409, action: 'Make somebody else an owner first.' },
  ALLOCATION_REFUSED: { status: 409, action: 'Set less aside, or free the strategies first.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, action: 'Send application/json.' },
  PAYLOAD_TOO_LARGE: { status: 413, action: 'Send a smaller body.' },
  NO_NODE_AVAILABLE: { status: 503, action: 'Start a worker node, or wait until one answers.' },
  VENUE_UNAVAILABLE: { status: 503, action: 'Try again when the exchange answers.' },
  DEPENDENCY_UNAVAILABLE: { status: 503, action: 'Try again; if it stays, look at GET /health.' },
  TEMPLATE_EXISTS: { status: 409, action: 'Choose another name.' },
  ACCOUNT_AMBIGUOUS: {
    status: 409,
    action: 'Say in accounts which account is meant for the label.',
  },
  ORDER_ENDED: { status: 409, action: 'Nothing is left to cancel.' },
  ORPHAN_GONE: { status: 409, action: 'Fetch the list again.' },
  NOTHING_TO_CLOSE: { status: 409, action: 'Look at the balances and positions of the account.' },
  STATE_UNREADABLE: {
    status: 409,
    action: 'Run the version that stored it, or stop the strategy and create it anew.',
  },
  TOO_MANY_REQUESTS: { status: 429, action: 'Wait as long as Retry-After says.' },
  INTERNAL: { status: 500, action: 'Report the request id.' },
} as const satisfies Record<string, { status: number; action: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorDetail {
  field: string;
  code: string;
  message: string;
}

/** An error with a code of the catalogue; the message says what happened, and to what. */
export class GridfleetError extends Error {
  readonly code: ErrorCode;
  readonly details: readonly ErrorDetail[];

  constructor(
    code: ErrorCode,
    message: string,
    details: readonly ErrorDetail[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'GridfleetError';
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return ERROR_CODES[this.code].status;
  }
}
