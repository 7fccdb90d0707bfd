import { dec, decStr } from '../numbers/decimal.js';

/** The text of a sweep cannot be used; the message names the parameter. */
export class SweepError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SweepError';
  }
}

/** One parameter of a sweep: its path below `params`, such as "quantity.value", and the values it takes. */
export interface SweepAxis {
  path: string;
  values: string[];
}

/** One combination of values, and the config file with them put in. */
export interface SweepRun {
  values: Record<string, string>;
  config: Record<string, unknown>;
}

const MAX_VALUES = 1_000;
const MAX_RUNS = 100_000;
const DECIMAL = /^-?\d{1,18}(?:\.\d{1,18})?$/;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `from:to:step`, both ends included when the step meets them; exact decimals. */
function range(path: string, text: string): string[] {
  const parts = text.split(':');
  const [from, to, step] = parts.map((part) => part.trim());
  if (parts.length !== 3 || from === undefined || to === undefined || step === undefined)
    throw new SweepError(`${path}: "${text}" must be from:to:step`);
  const wrong = [from, to, step].find((part) => !DECIMAL.test(part));
  if (wrong !== undefined) throw new SweepError(`${path}: "${wrong}" is not a decimal number`);
  if (dec(step).lte(0)) throw new SweepError(`${path}: the step ${step} must be above zero`);
  if (dec(to).lt(from)) throw new SweepError(`${path}: ${to} lies below ${from}`);
  const count = dec(to).minus(from).div(step).floor().plus(1);
  if (count.gt(MAX_VALUES)) throw new SweepError(`${path}: has more than ${MAX_VALUES} values`);
  return Array.from({ length: count.toNumber() }, (_, i) => decStr(dec(step).times(i).plus(from)));
}

/**
 * Reads `levels=10:100:10,spacing=arithmetic|geometric`: ranges with both ends, or alternatives.
 * @throws SweepError naming the parameter
 */
export function parseSweepGrid(text: string): SweepAxis[] {
  const axes = text.split(',').map((part): SweepAxis => {
    const [path = '', values] = part.split('=').map((side) => side.trim());
    if (path === '' || values === undefined || values === '')
      throw new SweepError(`"${part.trim()}" must be parameter=values`);
    if (values.includes(':')) return { path, values: range(path, values) };
    return { path, values: values.split('|').map((value) => value.trim()) };
  });
  const paths = axes.map(({ path }) => path);
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw new SweepError(`${twice}: is named twice`);
  return axes;
}

/** What the config has at the path tells the type; numbers stay numbers, everything else is text. */
function typed(present: unknown, value: string): unknown {
  if (typeof present === 'number') return Number(value);
  if (typeof present === 'boolean') return value === 'true';
  return value;
}

function withValue(
  params: Record<string, unknown>,
  path: readonly string[],
  value: string,
): Record<string, unknown> {
  const [key = '', ...rest] = path;
  const present = params[key];
  if (rest.length === 0) return { ...params, [key]: typed(present, value) };
  return { ...params, [key]: withValue(isObject(present) ? present : {}, rest, value) };
}

/**
 * Every combination of a sweep, the last parameter changing fastest. Whether a combination fits its kind shows when
 * its config is parsed.
 * @throws SweepError when the text cannot be read, or a number is swept that the config does not have
 */
export function expandSweep(config: Record<string, unknown>, grid: string): SweepRun[] {
  const axes = parseSweepGrid(grid);
  const params = isObject(config['params']) ? config['params'] : {};
  for (const { path } of axes) {
    const present = path
      .split('.')
      .reduce<unknown>((part, key) => (isObject(part) ? part[key] : undefined), params);
    if (present === undefined)
      throw new SweepError(`${path}: the config does not have it; state it there, so that its type is known`);
  }
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (count > MAX_RUNS)
    throw new SweepError(`these are ${count} runs; at most ${MAX_RUNS} can be made at once`);
  let runs: SweepRun[] = [{ values: {}, config: { ...config, params } }];
  for (const { path, values } of axes) {
    runs = runs.flatMap((run) =>
      values.map((value) => ({
        values: { ...run.values, [path]: value },
        config: {
          ...run.config,
          params: withValue(
            isObject(run.config['params']) ? run.config['params'] : {},
            path.split('.'),
            value,
          ),
        },
      })),
    );
  }
  return runs;
}
