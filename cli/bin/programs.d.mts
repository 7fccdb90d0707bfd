/** Programs of the operating system that Gridfleet or its tests start. */
export type Program = 'redis' | 'mariadb' | 'mariadbInstall' | 'chromium' | 'nginx';

/** Full path of a program, or undefined when it is not installed. */
export function findProgram(
  program: Program,
  env?: NodeJS.ProcessEnv,
  usualFolders?: readonly string[],
): string | undefined;
