import { Type, type Static } from 'typebox';
import {
  dec,
  fieldErrors,
  strategyKinds,
  withDefaults,
  type BoundKind,
  type BoundStrategy,
  type LegContext,
  type Market,
  type Ticks,
} from '../domain/index.js';

const Amount = (description: string, defaultValue?: string) =>
  Type.String({
    pattern: '^\\d{1,18}(?:\\.\\d{1,18})?$',
    description,
    examples: ['0.01'],
    ...(defaultValue === undefined ? {} : { default: defaultValue }),
  });

/** A fee as a fraction of the notional, e.g. "0.001"; negative is a rebate. */
const Rate = Type.String({ pattern: '^-?0(?:\\.\\d{1,18})?$', default: '0.001', examples: ['0.001'] });

/** Trading rules of a market as a file states them. Sizes in base, prices and notional in quote. */
export const ConfigMarket = Type.Object(
  {
    type: Type.Optional(Type.Union([Type.Literal('spot'), Type.Literal('linear')])),
    tickSize: Amount('Price increment.'),
    stepSize: Amount('Quantity increment.'),
    minQuantity: Amount('Smallest quantity of one order.', '0'),
    maxQuantity: Amount('Largest quantity of one order.', '900000000000'),
    minNotional: Amount('Smallest price × quantity of one order.', '0'),
  },
  { additionalProperties: false },
);
export type ConfigMarket = Static<typeof ConfigMarket>;

/** What fees are taken in, see `FeeCurrency` of the domain. */
const FeeCurrencyChoice = Type.Union([Type.Literal('quote'), Type.Literal('base'), Type.Literal('third')], {
  default: 'quote',
});

/** A strategy with its market as one file: what `plan`, `backtest` and `sweep` read. */
export const StrategyConfigFile = Type.Object(
  {
    kind: Type.String(),
    symbol: Type.String({ pattern: '^[^/:\\s]+/[^/:\\s]+(?::[^/:\\s]+)?$', examples: ['SOL/USDT'] }),
    /** Checked by the kind's own schema. */
    params: Type.Record(Type.String(), Type.Unknown()),
    market: ConfigMarket,
    fees: Type.Object(
      { maker: Rate, taker: Rate, currency: FeeCurrencyChoice },
      { additionalProperties: false, default: {} },
    ),
    /** Free funds; an asset left out is not checked. */
    balance: Type.Object(
      { quote: Type.Optional(Amount('Free quote.')), base: Type.Optional(Amount('Free base.')) },
      { additionalProperties: false, default: {} },
    ),
  },
  { additionalProperties: false },
);
export type StrategyConfigFile = Static<typeof StrategyConfigFile>;

/** Settings from elsewhere, such as the command line: each wins over the file. */
export interface ConfigOptions {
  market?: unknown;
  feeMaker?: string | undefined;
  feeTaker?: string | undefined;
  feeCurrency?: string | undefined;
  quote?: string | undefined;
  base?: string | undefined;
}

/** A config that has been checked, with defaults filled in. */
export interface StrategyConfig {
  kind: BoundKind;
  strategy: BoundStrategy;
  symbol: string;
  /** The kind's params with defaults. */
  params: unknown;
  market: Market;
  fees: StrategyConfigFile['fees'];
  /** Free funds, null when not stated. */
  balance: { quote: string | null; base: string | null };
}

/** What is wrong with one field; `field` is a path such as "params.lower". */
export interface ConfigProblem {
  field: string;
  message: string;
}

/** The config cannot be used; the message names every field concerned. */
export class StrategyConfigError extends Error {
  constructor(readonly problems: readonly ConfigProblem[]) {
    super(problems.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('\n'));
    this.name = 'StrategyConfigError';
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The file with the options in it; parts that are not objects stay as they are, to be refused with their name. */
function merged(file: unknown, options: ConfigOptions): unknown {
  if (!isObject(file)) return file;
  const withOptions = (part: unknown, values: Record<string, string | undefined>): unknown => {
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
    return isObject(part ?? {}) ? { ...(part ?? {}), ...given } : part;
  };
  const { feeMaker: maker, feeTaker: taker, feeCurrency: currency, quote, base } = options;
  return {
    ...file,
    ...(options.market === undefined ? {} : { market: options.market }),
    fees: withOptions(file['fees'], { maker, taker, currency }),
    balance: withOptions(file['balance'], { quote, base }),
  };
}

function problemsOf(schema: Parameters<typeof fieldErrors>[0], value: unknown, prefix = ''): ConfigProblem[] {
  const seen = new Set<string>();
  return fieldErrors(schema, value).flatMap(({ path, message }) => {
    const field = [prefix, path].filter((part) => part !== '').join('.');
    if (seen.has(field)) return [];
    seen.add(field);
    return [{ field, message: field === '' ? `the config ${message}` : message }];
  });
}

function marketProblems(rules: ConfigMarket): ConfigProblem[] {
  const notPositive = (['tickSize', 'stepSize'] as const).filter((name) => dec(rules[name]).isZero());
  const problems = notPositive.map((name) => ({ field: `market.${name}`, message: 'must be above zero' }));
  if (dec(rules.maxQuantity).lt(rules.minQuantity))
    problems.push({ field: 'market.maxQuantity', message: 'must not be below market.minQuantity' });
  return problems;
}

function marketOf(symbol: string, rules: ConfigMarket): Market {
  const [base = '', quote = ''] = symbol.replace(/:.*$/, '').split('/');
  const { type = symbol.includes(':') ? 'linear' : 'spot', ...sizes } = rules;
  return { symbol, type, base, quote, ...sizes, active: true };
}

/**
 * Checks a config file's JSON and binds it to its kind. Options win over the file.
 * @throws StrategyConfigError naming every field that does not fit, unknown ones included
 */
export function parseStrategyConfig(file: unknown, options: ConfigOptions = {}): StrategyConfig {
  const input = merged(file, options);
  const problems = problemsOf(StrategyConfigFile, input);
  if (problems.length > 0) throw new StrategyConfigError(problems);
  const config = withDefaults(StrategyConfigFile, input) as StrategyConfigFile;
  const kind = strategyKinds.get(config.kind);
  if (kind === undefined) {
    const known = [...strategyKinds.keys()].join(', ');
    throw new StrategyConfigError([
      { field: 'kind', message: `"${config.kind}" is not known; known are ${known}` },
    ]);
  }
  const inside = [...marketProblems(config.market), ...problemsOf(kind.schema, config.params, 'params')];
  if (inside.length > 0) throw new StrategyConfigError(inside);
  const strategy = kind.bind(config.params);
  return {
    kind,
    strategy,
    symbol: config.symbol,
    params: strategy.params,
    market: marketOf(config.symbol, config.market),
    fees: config.fees,
    balance: { quote: config.balance.quote ?? null, base: config.balance.base ?? null },
  };
}

/** Checks the market rules of a file of their own. @throws StrategyConfigError naming every field that does not fit */
export function parseMarketRules(file: unknown): ConfigMarket {
  const problems = problemsOf(ConfigMarket, file, 'market');
  if (problems.length > 0) throw new StrategyConfigError(problems);
  const rules = withDefaults(ConfigMarket, file) as ConfigMarket;
  const inside = marketProblems(rules);
  if (inside.length > 0) throw new StrategyConfigError(inside);
  return rules;
}

/** The config's only leg at the best quotes given, ticks. */
export function configLeg(config: StrategyConfig, bid: Ticks, ask: Ticks): LegContext {
  return {
    leg: 0,
    market: config.market,
    bid,
    ask,
    makerRate: config.fees.maker,
    takerRate: config.fees.taker,
    feeCurrency: config.fees.currency,
    baseFree: config.balance.base,
    quoteFree: config.balance.quote,
  };
}
