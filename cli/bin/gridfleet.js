#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';

const entry = new URL('../dist/main.js', import.meta.url);
if (!existsSync(entry)) {
  console.error('gridfleet is not built yet: run "npm run build" (or "npm start", which builds first).');
  process.exit(1);
}
// Node.js 22 and later keep what they have compiled for the next start.
module.enableCompileCache?.();
await import(entry.href);
