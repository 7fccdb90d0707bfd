import { UserError } from './user-error.js';

/** A setting that a command cannot do without. @param why completes "NAME is not set: " */
export function setting(name: string, why: string, env: NodeJS.ProcessEnv = process.env): string {
  const value = env[name];
  if (!value) throw new UserError(`${name} is not set: ${why}.`);
  return value;
}
