import { Type } from 'typebox';
import { Ms, Span, strict } from './action-fields.js';

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
