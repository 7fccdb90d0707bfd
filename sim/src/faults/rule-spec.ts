import { Type, type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { EFFECTS, isEffect, isRequestAction, isStreamAction, type Action } from './actions.js';
import { REQUEST_ACTIONS } from './request-actions.js';
import { STREAM_ACTIONS } from './stream-actions.js';

const Count = Type.Integer({ minimum: 1 });
const Pattern = Type.String({ minLength: 1, maxLength: 200 });

/** What a rule is for. Everything named must fit; names may end in or contain `*`. */
const Match = Type.Object(
  {
    /** Name of the venue. */
    venue: Type.Optional(Pattern),
    method: Type.Optional(Pattern),
    /** Without the venue's prefix, e.g. `/api/v3/order`. */
    path: Type.Optional(Pattern),
    /** Stream of a market (`btcusdt@trade`), or a private event (`executionReport:TRADE`). */
    stream: Type.Optional(Pattern),
    /** API key. */
    account: Type.Optional(Pattern),
    symbol: Type.Optional(Pattern),
    /** So many matches are passed over first; the counts below begin after them. */
    after: Type.Optional(Type.Integer({ minimum: 0 })),
    /** Only this one, from 1. */
    nth: Type.Optional(Count),
    /** Only every so-manieth. */
    every: Type.Optional(Count),
    /** Only this share of them, drawn from the seed. */
    probability: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    /** At most so often. */
    count: Type.Optional(Count),
  },
  { additionalProperties: false },
);

const Envelope = Type.Object(
  {
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 0xffff_ffff })),
    rules: Type.Array(
      Type.Object(
        {
          /** For people; reports repeat it. */
          name: Type.Optional(Type.String({ maxLength: 100 })),
          match: Type.Optional(Match),
          do: Type.Object({ type: Type.String() }),
        },
        { additionalProperties: false },
      ),
      { maxItems: 200 },
    ),
  },
  { additionalProperties: false },
);

export type RuleMatch = Static<typeof Match>;

export interface RuleSpec {
  name?: string;
  match: RuleMatch;
  do: Action;
}

export interface FaultSpec {
  seed: number;
  rules: RuleSpec[];
}

const DEFAULT_SEED = 1;
const ACTIONS: Readonly<Record<string, TSchema>> = { ...REQUEST_ACTIONS, ...STREAM_ACTIONS, ...EFFECTS };

/** Reads the body of `POST /_sim/faults`. @throws RangeError naming the wrong field. */
export function readFaults(body: unknown): FaultSpec {
  check(Envelope, body, '');
  const { seed = DEFAULT_SEED, rules } = body as Static<typeof Envelope>;
  return {
    seed,
    rules: rules.map(({ name, match = {}, do: action }, place) => {
      const at = `rules.${place}`;
      const schema = Object.hasOwn(ACTIONS, action.type) ? ACTIONS[action.type] : undefined;
      if (!schema) throw new RangeError(`${at}.do.type is none of ${Object.keys(ACTIONS).join(', ')}`);
      check(schema, action, `${at}.do`);
      const spec: RuleSpec = { match, do: action as Action, ...(name === undefined ? {} : { name }) };
      checkPlace(spec, at);
      return spec;
    }),
  };
}

/** Whether an effect waits for a request or a stream message, or happens at once. */
export function isTriggered({ match }: RuleSpec): boolean {
  return match.method !== undefined || match.path !== undefined || match.stream !== undefined;
}

/** @throws RangeError when the parts of a rule do not belong together. */
function checkPlace(spec: RuleSpec, at: string): void {
  const { match, do: action } = spec;
  const requests = match.method !== undefined || match.path !== undefined;
  if (requests && match.stream !== undefined) {
    throw new RangeError(
      `${at}.match.stream does not go with method or path: a rule is for one or the other`,
    );
  }
  if (isRequestAction(action) && match.stream !== undefined) {
    throw new RangeError(`${at}.match.stream does not go with ${action.type}, which is for requests`);
  }
  if (isStreamAction(action) && requests) {
    throw new RangeError(
      `${at}.match.${match.path === undefined ? 'method' : 'path'} does not go with ${action.type}, which is for streams`,
    );
  }
  if (isEffect(action) && !isTriggered(spec)) {
    const counted = (['after', 'nth', 'every', 'probability', 'count'] as const).find(
      (name) => match[name] !== undefined,
    );
    if (counted) throw new RangeError(`${at}.match.${counted} needs a method, path or stream to count`);
  }
}

/** @throws RangeError with the path of the first field that does not fit. */
function check(schema: TSchema, value: unknown, at: string): void {
  if (Value.Check(schema, value)) return;
  for (const error of Value.Errors(schema, value)) {
    const path = (...more: string[]): string =>
      [...(at === '' ? [] : [at]), ...error.instancePath.split('/').slice(1), ...more].join('.') ||
      'the body';
    if (error.keyword === 'required') {
      throw new RangeError(`${path(error.params.requiredProperties[0] ?? '')} is required`);
    }
    if (error.keyword === 'additionalProperties') {
      throw new RangeError(`${path(error.params.additionalProperties[0] ?? '')} is not known`);
    }
    if (error.keyword !== 'boolean') throw new RangeError(`${path()} ${error.message}`);
  }
  throw new RangeError(`${at || 'the body'} does not fit`);
}
