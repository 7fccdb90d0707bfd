import { Type, type Static } from 'typebox';
import { TimeZone } from './trade-query.js';

const language = Type.Union([Type.Literal('en'), Type.Literal('zh-CN')]);

/** How a user wants days counted and texts written. */
export const Settings = Type.Object({ timeZone: Type.String(), language });
export type Settings = Static<typeof Settings>;

export const SettingsUpdate = Type.Object(
  { timeZone: Type.Optional(TimeZone), language: Type.Optional(language) },
  { additionalProperties: false, minProperties: 1 },
);
export type SettingsUpdate = Static<typeof SettingsUpdate>;
