import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { createIgnore, readCopy, readEnv, readStages } from './lib/dockerfile.mjs';
import { ROOT } from './lib/paths.mjs';
import { runCommand } from './lib/run-command.mjs';
import { Stop, runMain } from './lib/stop.mjs';

/**
 * Goes through the Dockerfile without a container engine: each stage is a folder, COPY copies (as `.dockerignore` lets it),
 * RUN runs below it with this machine's Node.js. What needs the base image is named and left out. Then the trees that
 * came out of it are started.
 */

const isIgnored = createIgnore(readFileSync(join(ROOT, '.dockerignore'), 'utf8'));
/** A RUN that changes files of its base image. */
const NEEDS_BASE = /\/(?:etc|var|run)\//;

function copyInto(stage, stages, args) {
  const { from, sources, to } = readCopy(args);
  const folder = from === null ? ROOT : stages.get(from)?.root;
  if (folder === undefined) throw new Stop(`COPY from a stage that is not there: ${from}`);
  const target = to.startsWith('/') ? join(stage.root, to) : join(stage.root, stage.workdir, to);
  for (const source of sources) {
    const path = join(folder, source);
    if (!existsSync(path)) throw new Stop(`COPY ${source}: there is no such file`);
    const isFolder = statSync(path).isDirectory();
    // As the engine does: what is in a folder, or a file below a folder that is named as one.
    const place =
      !isFolder && (to.endsWith('/') || sources.length > 1) ? join(target, basename(path)) : target;
    mkdirSync(isFolder ? place : join(place, '..'), { recursive: true });
    cpSync(path, place, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => from !== null || file === ROOT || !isIgnored(relative(ROOT, file)),
    });
  }
}

async function runIn(stage, command) {
  const { code, output } = await runCommand('sh', ['-c', command], {
    cwd: join(stage.root, stage.workdir),
    env: { ...process.env, ...stage.env, NODE_PATH: '' },
  });
  if (code !== 0) throw new Stop(`"${command}" ended with ${code}:\n${output.slice(-4000)}`);
  return output;
}

async function perform(stage, stages, { name, args }) {
  switch (name) {
    case 'WORKDIR':
      stage.workdir = args;
      mkdirSync(join(stage.root, args), { recursive: true });
      return 'done';
    case 'ENV':
      Object.assign(stage.env, readEnv(args));
      return 'done';
    case 'COPY':
      copyInto(stage, stages, args);
      return 'done';
    case 'RUN':
      if (NEEDS_BASE.test(args)) return 'not run: it changes files of the base image';
      await runIn(stage, args);
      return 'done';
    default:
      return 'not run: it is for the engine';
  }
}

/** What must come out of the stages. */
const CHECKS = [
  {
    stage: 'gridfleet',
    what: 'the version',
    command: 'node cli/bin/gridfleet.js --version',
    isRight: (output) => /^\d+\.\d+\.\d+\s*$/.test(output),
  },
  ...['api', 'worker', 'migrate', 'sim'].map((command) => ({
    stage: 'gridfleet',
    what: `help of ${command}`,
    command: `node cli/bin/gridfleet.js ${command} --help`,
    isRight: (output) => output.includes(`gridfleet ${command}`),
  })),
  {
    stage: 'gridfleet',
    what: 'API and node load with production packages only, and say what is missing',
    command: 'env -u DATABASE_URL -u REDIS_URL node cli/bin/gridfleet.js api 2>&1 || true',
    isRight: (output) => output.includes('DATABASE_URL'),
  },
  {
    stage: 'gridfleet',
    what: 'no packages of development',
    // TypeScript stays: Vue and Pinia name it as an optional peer.
    command: 'ls node_modules',
    isRight: (output) => !output.split('\n').some((name) => ['vite', 'vitest', 'eslint'].includes(name)),
  },
  {
    stage: 'web',
    what: 'the UI where nginx looks for it',
    command: 'cat ./usr/share/nginx/html/index.html',
    isRight: (output) => output.includes('<script'),
  },
];

await runMain(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gridfleet-image-'));
  const stages = new Map();
  try {
    for (const { name, base, steps } of readStages(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'))) {
      const stage = { root: join(folder, name), workdir: '/', env: {} };
      mkdirSync(stage.root);
      stages.set(name, stage);
      console.log(`\n${name}, from ${base} (in its place: Node.js ${process.versions.node} of this machine)`);
      for (const step of steps) {
        const startedAt = performance.now();
        const result = await perform(stage, stages, step);
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
        console.log(`  ${seconds.padStart(5)} s  ${step.name} ${step.args.slice(0, 70)} … ${result}`);
      }
    }
    console.log('\nwhat came out');
    for (const { stage, what, command, isRight } of CHECKS) {
      const at = stages.get(stage);
      const output = await runIn(at, command);
      if (!isRight(output)) throw new Stop(`${what}: "${command}" printed\n${output}`);
      console.log(`  ${stage}: ${what}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
