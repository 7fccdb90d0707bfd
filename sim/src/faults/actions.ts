import { Type, type Static, type TSchema } from 'typebox';

/** Times in ms, at most a day. */
const Ms = Type.Integer({ minimum: 0, maximum: 86_400_000 });
const Span = Type.Union([Ms, Type.Object({ min: Ms, max: Ms }, { additionalProperties: false })]);
const Text = Type.String({ minLength: 1, maxLength: 200 });
const Amount = Type.String({ pattern: '^\\d{1,20}(\\.\\d{1,8})?$' });
/** How a request ends that gets no answer: nothing ever comes, or the connection is reset. */
const End = Type.Optional(Type.Union([Type.Literal('silence'), Type.Literal('reset')]));

const strict = { additionalProperties: false };

/** What may happen to a request. */
export const REQUEST_ACTIONS = {
  /** It never arrives. */
  'drop-request': Type.Object({ type: Type.Literal('drop-request'), end: End }, strict),
  /** It is processed, its answer is lost. */
  'drop-response': Type.Object({ type: Type.Literal('drop-response'), end: End }, strict),
  /** It is held back before it is processed, or its answer after. Default before. */
  delay: Type.Object(
    {
      type: Type.Literal('delay'),
      ms: Span,
      when: Type.Optional(Type.Union([Type.Literal('before'), Type.Literal('after')])),
    },
    strict,
  ),
  /** It gets this answer: a JSON body of `code` and `msg`, or `body` as it stands; processed or not, default not. */
  answer: Type.Object(
    {
      type: Type.Literal('answer'),
      status: Type.Integer({ minimum: 200, maximum: 599 }),
      code: Type.Optional(Type.Integer()),
      msg: Type.Optional(Type.String({ maxLength: 500 })),
      body: Type.Optional(Type.String({ maxLength: 10_000 })),
      retryAfterSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 300_000 })),
      processed: Type.Optional(Type.Boolean()),
    },
    strict,
  ),
  /** It is processed, and its answer ends after so many bytes. Default: half of them. */
  truncate: Type.Object(
    { type: Type.Literal('truncate'), bytes: Type.Optional(Type.Integer({ minimum: 0 })) },
    strict,
  ),
  /** The list it answers with has only its first items. */
  'cut-list': Type.Object({ type: Type.Literal('cut-list'), keep: Type.Integer({ minimum: 0 }) }, strict),
  /** Its address is refused from now on, for so long, as Retry-After says. */
  ban: Type.Object(
    {
      type: Type.Literal('ban'),
      status: Type.Union([Type.Literal(429), Type.Literal(418)]),
      seconds: Type.Integer({ minimum: 1, maximum: 259_200 }),
    },
    strict,
  ),
  /** The exchange's clock is off for it; positive is ahead. */
  'clock-offset': Type.Object(
    { type: Type.Literal('clock-offset'), ms: Type.Integer({ minimum: -86_400_000, maximum: 86_400_000 }) },
    strict,
  ),
  /** A query is answered with the orders of so long ago; at most two minutes. */
  'replica-lag': Type.Object(
    { type: Type.Literal('replica-lag'), ms: Type.Integer({ minimum: 1, maximum: 120_000 }) },
    strict,
  ),
  /** Its answer is lost at once, and it is processed so much later, when its validity is judged. */
  'accept-late': Type.Object({ type: Type.Literal('accept-late'), ms: Span, end: End }, strict),
};

/** What may happen to one message of a stream on its way to one client. */
export const STREAM_ACTIONS = {
  'drop-event': Type.Object({ type: Type.Literal('drop-event') }, strict),
  'duplicate-event': Type.Object(
    {
      type: Type.Literal('duplicate-event'),
      /** How often it comes besides the first time. Default 1. */
      times: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    },
    strict,
  ),
  'delay-event': Type.Object({ type: Type.Literal('delay-event'), ms: Span }, strict),
  /** It comes after so many later messages of its connection (default 1), or after a time (default 1 s). */
  'reorder-event': Type.Object(
    {
      type: Type.Literal('reorder-event'),
      after: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
      atMost: Type.Optional(Ms),
    },
    strict,
  ),
  /** A frame that means nothing comes before it, or instead of it. */
  'garbage-event': Type.Object(
    {
      type: Type.Literal('garbage-event'),
      text: Type.Optional(Type.String({ maxLength: 10_000 })),
      replace: Type.Optional(Type.Boolean()),
    },
    strict,
  ),
};

/** `afterMs`: how long after its cause; `forMs`: how long until it is undone, else at the end of the rules. */
const later = { afterMs: Type.Optional(Ms) };
const lasting = { ...later, forMs: Type.Optional(Ms) };
const MarketSymbol = Type.Optional(Type.String({ pattern: '^[A-Z0-9_]{1,20}$' }));
const ApiKey = Type.Optional(Text);

/** What may happen to the connections, the markets and the accounts of a venue. */
export const EFFECTS = {
  'close-streams': Type.Object(
    {
      type: Type.Literal('close-streams'),
      /** Which connections. Default all. */
      which: Type.Optional(
        Type.Union([Type.Literal('all'), Type.Literal('market'), Type.Literal('private')]),
      ),
      /** Whether a close frame says so; else the connection breaks. */
      clean: Type.Optional(Type.Boolean()),
      ...later,
      /** How long new connections are refused. Default not at all. */
      refuseMs: Type.Optional(Ms),
    },
    strict,
  ),
  /** `serverShutdown` is sent on every connection, which are closed so much later. */
  'shutdown-streams': Type.Object(
    { type: Type.Literal('shutdown-streams'), closeAfterMs: Ms, ...later },
    strict,
  ),
  /** User-data subscriptions end with `eventStreamTerminated`; their connections stay open. */
  'terminate-streams': Type.Object(
    { type: Type.Literal('terminate-streams'), account: ApiKey, ...later },
    strict,
  ),
  /** Listen keys expire. */
  'expire-listen-key': Type.Object(
    { type: Type.Literal('expire-listen-key'), account: ApiKey, ...later },
    strict,
  ),
  'market-status': Type.Object(
    {
      type: Type.Literal('market-status'),
      symbol: MarketSymbol,
      status: Type.Union([
        Type.Literal('TRADING'),
        Type.Literal('HALT'),
        Type.Literal('BREAK'),
        Type.Literal('CANCEL_ONLY'),
      ]),
      ...lasting,
    },
    strict,
  ),
  'change-filters': Type.Object(
    {
      type: Type.Literal('change-filters'),
      symbol: MarketSymbol,
      tickSize: Type.Optional(Amount),
      stepSize: Type.Optional(Amount),
      minQty: Type.Optional(Amount),
      maxQty: Type.Optional(Amount),
      minNotional: Type.Optional(Amount),
      ...lasting,
    },
    strict,
  ),
  /** The symbol is gone and its open orders have expired. */
  delist: Type.Object({ type: Type.Literal('delist'), symbol: MarketSymbol, ...lasting }, strict),
  /** The market stands still. */
  freeze: Type.Object({ type: Type.Literal('freeze'), symbol: MarketSymbol, ...lasting }, strict),
  /** The market jumps by so many percent and stands there. */
  'move-price': Type.Object(
    {
      type: Type.Literal('move-price'),
      symbol: MarketSymbol,
      percent: Type.Number({ minimum: -99, maximum: 1000 }),
      ...lasting,
    },
    strict,
  ),
  /** The market jumps through the so many nearest price levels of resting orders of users and stands there. */
  'gap-levels': Type.Object(
    {
      type: Type.Literal('gap-levels'),
      symbol: MarketSymbol,
      direction: Type.Union([Type.Literal('up'), Type.Literal('down')]),
      levels: Type.Integer({ minimum: 1, maximum: 1000 }),
      ...lasting,
    },
    strict,
  ),
  /** The outside market trades with the best open order of an account, for a share of what is left of it, in percent. */
  'fill-order': Type.Object(
    {
      type: Type.Literal('fill-order'),
      account: ApiKey,
      symbol: MarketSymbol,
      side: Type.Optional(Type.Union([Type.Literal('BUY'), Type.Literal('SELL')])),
      /** Default 100. */
      percent: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
      ...later,
    },
    strict,
  ),
  /** The account's owner orders by hand: parameters as of a new order. */
  'external-order': Type.Object(
    {
      type: Type.Literal('external-order'),
      account: ApiKey,
      symbol: MarketSymbol,
      order: Type.Record(Type.String(), Type.String()),
      ...later,
    },
    strict,
  ),
  /** The account's owner cancels by hand: the order named, or all. */
  'cancel-orders': Type.Object(
    {
      type: Type.Literal('cancel-orders'),
      account: ApiKey,
      symbol: MarketSymbol,
      clientOrderId: Type.Optional(Text),
      ...later,
    },
    strict,
  ),
  /** Money leaves the account: an amount, or all that is free. */
  withdraw: Type.Object(
    {
      type: Type.Literal('withdraw'),
      account: ApiKey,
      asset: Text,
      amount: Type.Optional(Amount),
      ...later,
    },
    strict,
  ),
  'revoke-key': Type.Object({ type: Type.Literal('revoke-key'), account: ApiKey, ...lasting }, strict),
};

type Of<Table extends Record<string, TSchema>> = { [Name in keyof Table]: Static<Table[Name]> };

export type RequestActions = Of<typeof REQUEST_ACTIONS>;
export type StreamActions = Of<typeof STREAM_ACTIONS>;
export type Effects = Of<typeof EFFECTS>;
export type RequestAction = RequestActions[keyof RequestActions];
export type StreamAction = StreamActions[keyof StreamActions];
export type Effect = Effects[keyof Effects];
export type Action = RequestAction | StreamAction | Effect;

export function isRequestAction(action: Action): action is RequestAction {
  return Object.hasOwn(REQUEST_ACTIONS, action.type);
}

export function isStreamAction(action: Action): action is StreamAction {
  return Object.hasOwn(STREAM_ACTIONS, action.type);
}

export function isEffect(action: Action): action is Effect {
  return Object.hasOwn(EFFECTS, action.type);
}
