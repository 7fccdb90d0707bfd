import { readFile } from 'node:fs/promises';
import type { ConfigMarket, ConfigOptions, StrategyConfig, StrategyConfigs } from '@gridfleet/shared/schema';
import { UserError } from './user-error.js';

async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new UserError(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new UserError(`${path} is not valid JSON: ${(cause as Error).message}`, { cause });
  }
}

/** What a check of a file's content gives; what it complains about is said with the file's name. */
async function checked<T>(path: string, check: () => T): Promise<T> {
  const { StrategyConfigError } = await import('@gridfleet/shared/schema');
  try {
    return check();
  } catch (error) {
    if (!(error instanceof StrategyConfigError)) throw error;
    throw new UserError(`${path} does not fit:\n  ${error.message.replaceAll('\n', '\n  ')}`, {
      cause: error,
    });
  }
}

/**
 * Reads and checks a strategy config; options win over the file.
 * @param marketPath a file with the market's rules, in place of those of the config
 * @throws UserError naming the file and every field that does not fit
 */
export async function readStrategyConfig(
  path: string,
  options: ConfigOptions = {},
  marketPath?: string,
): Promise<StrategyConfig> {
  const file = await readJson(path);
  const market = marketPath === undefined ? options.market : await readJson(marketPath);
  const { parseStrategyConfig } = await import('@gridfleet/shared/schema');
  return checked(path, () => parseStrategyConfig(file, { ...options, market }));
}

/**
 * Reads and checks a file with one strategy config or several; options win over each of them.
 * @param marketPath a file with the market's rules, for a file with one config
 * @throws UserError naming the file and every field that does not fit
 */
export async function readStrategyConfigs(
  path: string,
  options: ConfigOptions = {},
  marketPath?: string,
): Promise<StrategyConfigs> {
  const file = await readJson(path);
  const market = marketPath === undefined ? options.market : await readJson(marketPath);
  const { parseStrategyConfigs } = await import('@gridfleet/shared/schema');
  const read = await checked(path, () => parseStrategyConfigs(file, { ...options, market }));
  if (marketPath !== undefined && read.configs.length > 1)
    throw new UserError(`${path} has several configs: each states its own market, so --market has no place`);
  return read;
}

/** Reads and checks a market's rules. @throws UserError naming the file and every field that does not fit */
export async function readMarketRules(path: string): Promise<ConfigMarket> {
  const file = await readJson(path);
  const { parseMarketRules } = await import('@gridfleet/shared/schema');
  return checked(path, () => parseMarketRules(file));
}
