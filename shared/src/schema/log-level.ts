import { Type, type Static } from 'typebox';

/** How much all processes write to their logs; null: each one what its LOG_LEVEL says. */
export const LogLevelSetting = Type.Object(
  {
    level: Type.Union([
      Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace'], { examples: ['debug'] }),
      Type.Null(),
    ]),
  },
  { additionalProperties: false },
);
export type LogLevelSetting = Static<typeof LogLevelSetting>;
