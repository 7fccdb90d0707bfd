import { Type } from 'typebox';
import { ApiKey, Ms, later, strict } from './action-fields.js';

/** What may happen to the connections of a venue. */
export const STREAM_EFFECTS = {
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
};
