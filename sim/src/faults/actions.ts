import type { Static, TSchema } from 'typebox';
import { ACCOUNT_EFFECTS } from './account-effect-actions.js';
import { MARKET_EFFECTS } from './market-effect-actions.js';
import { REQUEST_ACTIONS } from './request-actions.js';
import { STREAM_ACTIONS } from './stream-actions.js';
import { STREAM_EFFECTS } from './stream-effect-actions.js';

/** What may happen to the connections, the markets and the accounts of a venue. */
export const EFFECTS = { ...STREAM_EFFECTS, ...MARKET_EFFECTS, ...ACCOUNT_EFFECTS };

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
