import { Type, type Static, type TSchema } from 'typebox';

/** Decimal money as text, sign allowed; exact from the exchange to the screen. */
export const Money = Type.String({ pattern: '^-?\\d{1,36}(?:\\.\\d{1,36})?$', examples: ['12.5'] });
/** ISO-8601 in UTC with milliseconds. */
export const Timestamp = Type.String({ format: 'date-time', examples: ['2026-01-31T12:00:00.000Z'] });
export const Id = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const IdParams = Type.Object({ id: Id }, { additionalProperties: false });

export const Reason = Type.Object({ code: Type.String(), message: Type.String() });
export type ReasonDto = Static<typeof Reason>;

/** The one error body of the API. `details` names each offending field. */
export const ErrorBody = Type.Object({
  code: Type.String({ examples: ['VALIDATION_FAILED'] }),
  message: Type.String(),
  requestId: Type.String(),
  details: Type.Array(
    Type.Object({
      field: Type.String({ examples: ['body.params.lower'] }),
      code: Type.String(),
      message: Type.String(),
    }),
  ),
});
export type ErrorBody = Static<typeof ErrorBody>;

export const TradingState = Type.Union([
  Type.Literal('ACTIVE'),
  Type.Literal('REDUCING'),
  Type.Literal('HALTED'),
]);
export type TradingState = Static<typeof TradingState>;

/** Cursor paging: pass `nextCursor` of one page as `cursor` of the next; null ends. */
export const PageQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
    cursor: Type.Optional(Type.String({ pattern: '^\\d{1,20}$' })),
  },
  { additionalProperties: false },
);
export const pageOf = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), nextCursor: Nullable(Type.String()) });
export const listOf = <T extends TSchema>(item: T) => Type.Object({ items: Type.Array(item) });
