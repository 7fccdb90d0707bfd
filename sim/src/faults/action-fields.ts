import { Type } from 'typebox';

/** Fields that the actions of rules share. */

/** Times in ms, at most a day. */
export const Ms = Type.Integer({ minimum: 0, maximum: 86_400_000 });
export const Span = Type.Union([Ms, Type.Object({ min: Ms, max: Ms }, { additionalProperties: false })]);
export const Text = Type.String({ minLength: 1, maxLength: 200 });
export const Amount = Type.String({ pattern: '^\\d{1,20}(\\.\\d{1,8})?$' });
export const MarketSymbol = Type.Optional(Type.String({ pattern: '^[A-Z0-9_]{1,20}$' }));
export const ApiKey = Type.Optional(Text);

export const strict = { additionalProperties: false };
/** `afterMs`: how long after its cause; `forMs`: how long until it is undone, else at the end of the rules. */
export const later = { afterMs: Type.Optional(Ms) };
export const lasting = { ...later, forMs: Type.Optional(Ms) };
