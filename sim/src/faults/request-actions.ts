import { Type } from 'typebox';
import { Span, strict } from './action-fields.js';

/** How a request ends that gets no answer: nothing ever comes, or the connection is reset. */
const End = Type.Optional(Type.Union([Type.Literal('silence'), Type.Literal('reset')]));

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
