import {
  parseStrategyConfig,
  StrategyConfigError,
  type ConfigOptions,
  type StrategyConfig,
} from './strategy-config.js';

/** One config, or several that are tested side by side. */
export interface StrategyConfigs {
  configs: StrategyConfig[];
  /** Whether the file names a list, be it a list of one. */
  isList: boolean;
}

/** A config file's parts with the path of each: the file itself, a list's items, or legs over what the file has beside them. */
function partsOf(file: unknown): { field: string; value: unknown }[] | null {
  if (Array.isArray(file)) return file.map((value: unknown, index) => ({ field: `${index}`, value }));
  if (typeof file !== 'object' || file === null || !('legs' in file)) return null;
  const { legs, ...common } = file;
  if (!Array.isArray(legs))
    throw new StrategyConfigError([{ field: 'legs', message: 'must be a list of configs' }]);
  return legs.map((leg: unknown, index) => ({
    field: `legs.${index}`,
    value: typeof leg === 'object' && leg !== null && !Array.isArray(leg) ? { ...common, ...leg } : leg,
  }));
}

/**
 * Checks a file with one config, a list of configs, or `legs`: a list of configs that need not repeat what stands
 * beside it. Options win over each of them.
 * @throws StrategyConfigError naming every field that does not fit, such as "legs.1.params.lower"
 */
export function parseStrategyConfigs(file: unknown, options: ConfigOptions = {}): StrategyConfigs {
  const parts = partsOf(file);
  if (parts === null) return { configs: [parseStrategyConfig(file, options)], isList: false };
  if (parts.length === 0)
    throw new StrategyConfigError([{ field: '', message: 'the list of configs is empty' }]);
  const configs: StrategyConfig[] = [];
  const problems = [];
  for (const { field, value } of parts) {
    try {
      configs.push(parseStrategyConfig(value, options));
    } catch (error) {
      if (!(error instanceof StrategyConfigError)) throw error;
      for (const problem of error.problems)
        problems.push({
          field: problem.field === '' ? field : `${field}.${problem.field}`,
          message: problem.message,
        });
    }
  }
  if (problems.length > 0) throw new StrategyConfigError(problems);
  return { configs, isList: true };
}
