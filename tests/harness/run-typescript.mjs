import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

/**
 * Runs a TypeScript file of the workspaces as a process of its own, from source: tests of several processes need no
 * build. Usage: node run-typescript.mjs FILE [ARGUMENT…]
 */
const configFile = fileURLToPath(new URL('../../vitest.config.ts', import.meta.url));
process.argv.splice(1, 1);
await runnerImport(process.argv[1], { configFile, logLevel: 'error' });
