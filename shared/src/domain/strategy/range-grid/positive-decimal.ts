import { Type } from 'typebox';

/** A positive decimal as text. The pattern is what forms and the API check; ranges are checked by the plan. */
export const PositiveDecimal = (options: { title: string; description: string; examples?: string[] }) =>
  Type.String({ pattern: '^(?:0|[1-9]\\d{0,17})(?:\\.\\d{1,18})?$', maxLength: 37, ...options });
