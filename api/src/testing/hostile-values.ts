import type { Schema } from './openapi-document.js';
import type { Random } from './random.js';

/** Texts that have broken parsers, databases, templates and file systems. */
const TEXTS: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\uD800',
  '\uDFFF\uD800',
  '\u202Egnp.exe',
  '💥'.repeat(50),
  'é'.normalize('NFD'),
  'ﷺ'.repeat(100),
  "' OR 1=1 -- ",
  "'; DROP TABLE strategy; -- ",
  '" OR ""="',
  '1 UNION SELECT sealed FROM account_credential',
  '\\',
  '%',
  '_%_',
  '%00',
  '../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '${7*7}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '=cmd|" /C calc"!A0',
  '\r\nSet-Cookie: a=b',
  'true',
  'null',
  'undefined',
  'NaN',
  'Infinity',
  '-0',
  '1e308',
  '1e-400',
  '0x10',
  '１２３',
  '9'.repeat(40),
  `0.${'0'.repeat(40)}1`,
  '-1',
  '0',
  '00012',
  '2026-02-30',
  '9999-12-31',
  '0000-00-00T00:00:00Z',
  '2026-01-01T00:00:60Z',
  'x'.repeat(5_000),
  'constructor',
  '__proto__',
  'toString',
  'BTC/USDT',
  'Europe/Berlin',
];

const NUMBERS: readonly number[] = [
  0,
  -1,
  1,
  0.1,
  -0.5,
  2_147_483_647,
  2_147_483_648,
  4_294_967_296,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER + 2,
  -Number.MAX_SAFE_INTEGER,
  1e21,
  1e308,
  5e-324,
];

/** Keys that change objects in careless code. */
const KEYS: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  '$ne',
  'a.b',
];

export function hostileText(random: Random): string {
  return random.pick(TEXTS);
}

/** Anything JSON can carry; keys are own properties even when they are called `__proto__`. */
export function hostileValue(random: Random, depth = 0): unknown {
  const kind = random.int(depth > 3 ? 5 : 8);
  switch (kind) {
    case 0:
    case 1:
      return hostileText(random);
    case 2:
      return random.pick(NUMBERS);
    case 3:
      return random.chance(0.5);
    case 4:
      return null;
    case 5:
      return Array.from({ length: random.int(4) }, () => hostileValue(random, depth + 1));
    case 6:
      return nested(random.int(200));
    default: {
      const made: Record<string, unknown> = {};
      for (let i = random.int(4); i >= 0; i -= 1) {
        Object.defineProperty(made, random.pick(KEYS), {
          value: hostileValue(random, depth + 1),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return made;
    }
  }
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i += 1) value = [value];
  return value;
}

/** A text of a pattern: the example when there is one, else guesses. */
function textFor(schema: Schema, random: Random): string {
  const example = schema.examples?.find((one): one is string => typeof one === 'string');
  if (example !== undefined) return example;
  if (schema.format === 'date-time') return '2026-01-31T12:00:00.000Z';
  const { pattern } = schema;
  const guesses = [
    '1',
    'main',
    'Grid',
    '2026-01-31',
    'UTC',
    'binance',
    'range-grid',
    'BTC/USDT',
    '0.01',
    'AAAA',
  ];
  const fitting =
    pattern === undefined ? guesses : guesses.filter((guess) => new RegExp(pattern).test(guess));
  const long = fitting.filter((guess) => guess.length >= (schema.minLength ?? 0));
  return long.length === 0 ? 'x'.repeat(Math.max(1, schema.minLength ?? 1)) : random.pick(long);
}

/** A value that fits the schema, or nearly: optional fields come and go. */
export function sampleOf(schema: Schema, random: Random): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return random.pick(schema.enum);
  if (schema.anyOf !== undefined) return sampleOf(random.pick(schema.anyOf), random);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'string':
      return textFor(schema, random);
    case 'integer':
    case 'number':
      return Math.min(schema.maximum ?? 5, Math.max(schema.minimum ?? 0, 1 + random.int(5)));
    case 'boolean':
      return random.chance(0.5);
    case 'null':
      return null;
    case 'array': {
      const length = Math.max(schema.minItems ?? 0, 1);
      return Array.from({ length }, () => sampleOf(schema.items ?? {}, random));
    }
    case 'object': {
      const required = new Set(schema.required ?? []);
      const entries = Object.entries(schema.properties ?? {}).filter(
        ([name]) => required.has(name) || random.chance(0.4),
      );
      const free = Object.values(schema.patternProperties ?? {})[0];
      const extra: [string, unknown][] = free === undefined ? [] : [['secret', sampleOf(free, random)]];
      return Object.fromEntries([
        ...entries.map(([name, field]): [string, unknown] => [name, sampleOf(field, random)]),
        ...extra,
      ]);
    }
    default:
      return hostileText(random);
  }
}

/** A sample with something hostile put in one or several places. */
export function mutated(value: unknown, random: Random): unknown {
  if (random.chance(0.15)) return hostileValue(random);
  if (Array.isArray(value)) {
    if (random.chance(0.1)) return [...(value as unknown[]), hostileValue(random)];
    return value.map((item) => (random.chance(0.5) ? mutated(item, random) : (item as unknown)));
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).flatMap(([name, field]): [string, unknown][] => {
      if (random.chance(0.05)) return [];
      return [[name, random.chance(0.4) ? mutated(field, random) : field]];
    });
    if (random.chance(0.1)) entries.push([random.pick(KEYS), hostileValue(random)]);
    return Object.fromEntries(entries);
  }
  return random.chance(0.5) ? hostileValue(random) : value;
}
