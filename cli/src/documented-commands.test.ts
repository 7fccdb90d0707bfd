import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProgram } from './program.js';
import { ROOT } from './up/home.js';

const OPERATE = 'tests/operate.e2e.test.ts';
const OPERATIONS = 'cli/src/commands/operations.int.test.ts';

/**
 * Every command that the documentation shows: the test that runs it and words of that test which show that, or why no
 * test can run it here.
 */
const COMMANDS: readonly (readonly [RegExp, string | null, string])[] = [
  [/^npm start$/, 'tests/up.e2e.test.ts', "'up'"],
  [/^npm test$/, null, 'it is what runs this test'],
  [
    /^npm ci && npm run build$/,
    null,
    'needs a clean copy and minutes; the bootstrap of npm start and npm test does the same',
  ],
  [/^git clone |^cd gridfleet$/, null, 'the address is the reader’s own'],
  [/^docker compose /, null, 'no container engine here; the files are linted by scripts/containers.test.mjs'],
  [/^npx gridfleet migrate && npx gridfleet api$/, 'tests/harness/platform.ts', "['api']"],
  [/^npx gridfleet worker$/, 'tests/harness/platform.ts', "['worker']"],
  [/^npx gridfleet drain /, OPERATE, "cli('drain'"],
  [/^npx gridfleet undrain /, OPERATE, "cli('undrain'"],
  [/^npx gridfleet doctor$/, OPERATIONS, "'doctor'"],
  [/^npx gridfleet backup /, OPERATE, "cli('backup'"],
  [/^npx gridfleet restore .* --replace$/, OPERATIONS, "'restore', file, '--replace'"],
  [/^npx gridfleet import(?: --dry-run)?$/, OPERATIONS, "'import', '--dry-run'"],
  [/^npx gridfleet log-level /, OPERATE, "cli('log-level'"],
  [/^npx gridfleet strategy list$/, OPERATE, "cli('strategy', 'list')"],
  [/^npx gridfleet strategy status /, OPERATE, "cli('strategy', 'status'"],
  [/^npx gridfleet strategy start /, OPERATE, "cli('strategy', 'start'"],
  [/^npx gridfleet strategy pause /, OPERATE, "cli('strategy', 'pause'"],
  [/^npx gridfleet strategy resume /, OPERATE, "cli('strategy', 'resume'"],
  [/^npx gridfleet strategy stop /, OPERATE, "cli('strategy', 'stop'"],
  [/^npx gridfleet halt /, OPERATE, "cli('halt'"],
  [/^npx gridfleet resume$/, OPERATE, "cli('resume')"],
  [/^npx gridfleet plan /, 'cli/src/commands/plan.test.ts', "'plan'"],
  [/^npx gridfleet backtest /, 'cli/src/commands/backtest.test.ts', "'backtest'"],
  [/^npx gridfleet sweep /, 'cli/src/commands/sweep.test.ts', "'sweep'"],
  [/^npx gridfleet suggest /, 'cli/src/commands/suggest.test.ts', "'suggest'"],
  [/^curl -s localhost:8420\/metrics$/, OPERATE, '/metrics'],
  [/^curl .*\/workers\/node-2\/drain$/, 'api/src/workers/workers.int.test.ts', '/drain'],
  [/^curl .*\/api\/strategies\/7 /, 'api/src/strategies/edit.int.test.ts', "'PUT'"],
  [/^curl .*\/api\/strategies -H/, 'tests/harness/platform.ts', "'/api/strategies'"],
  [/^curl .*\/start$/, 'tests/first-trade.e2e.test.ts', '/start'],
  [/^curl .*\/why$/, null, 'shown for its answer; GET /api/strategies/:id/why has tests of its own in api/'],
  [/^curl .*\/api\/orders -H/, 'tests/operator.e2e.test.ts', "'/api/orders'"],
];

/** Commands of the pages' shell blocks: lines joined where they go on, comments and settings left out. */
function commandsOf(file: string): string[] {
  const blocks = [
    ...readFileSync(join(ROOT, file), 'utf8').matchAll(/^```(?:sh|bash|shell)\n([\s\S]*?)^```/gm),
  ];
  return blocks.flatMap(([, text = '']) => {
    const lines = text.replaceAll('\\\n', ' ').split('\n');
    const commands: string[] = [];
    for (const line of lines) {
      const previous = commands.at(-1);
      // An open quotation mark goes on in the next line.
      if (previous !== undefined && (previous.match(/'/g)?.length ?? 0) % 2 === 1)
        commands[commands.length - 1] = `${previous} ${line.trim()}`;
      else commands.push(line.replace(/\s+#.*$/, '').trim());
    }
    return commands.filter((line) => line !== '' && !line.startsWith('#') && !/^[A-Z_]+=\S*$/.test(line));
  });
}

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const shown = pages.flatMap((page) => commandsOf(page).map((command) => [page, command] as const));

describe('a command in the documentation', () => {
  it.each(shown)('%s: %s is run by a test, or says why not', (_page, command) => {
    const found = COMMANDS.filter(([pattern]) => pattern.test(command));
    expect(found.length, `entries for "${command}"`).toBe(1);
    const [, file, words] = found[0] ?? [null, null, ''];
    if (file === null) return;
    expect(existsSync(join(ROOT, file)), file).toBe(true);
    expect(readFileSync(join(ROOT, file), 'utf8')).toContain(words);
  });

  it.each(shown.filter(([, command]) => command.includes('npx gridfleet ')))(
    '%s: %s exists, with its options',
    (_page, line) => {
      for (const [, rest = ''] of line.matchAll(/npx gridfleet ([^&]+)/g)) {
        const words = rest.trim().split(/\s+/);
        let command = createProgram();
        for (;;) {
          const next = command.commands.find((each) => each.name() === words[0]);
          if (next === undefined) break;
          command = next;
          words.shift();
        }
        expect(command.parent, rest).not.toBeNull();
        for (const word of words.filter((each) => /^\[?--/.test(each))) {
          const flag = word.replaceAll(/[[\]]/g, '');
          expect(command.options.map(({ long }) => long)).toContain(flag);
        }
      }
    },
  );
});

describe('the list of commands', () => {
  it('has nothing that no page shows', () => {
    const unused = COMMANDS.filter(([pattern]) => !shown.some(([, command]) => pattern.test(command)));
    expect(unused).toEqual([]);
  });
});

describe('links between pages', () => {
  it.each(pages)('%s leads to pages and sections that exist', (page) => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)) {
      const [path = '', section] = target.split('#');
      const file = path === '' ? join(ROOT, page) : join(ROOT, page, '..', path);
      expect(existsSync(file), `${page} -> ${target}`).toBe(true);
      if (section === undefined) continue;
      const heads = [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, head = '']) =>
        head
          .toLowerCase()
          .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
          .replaceAll(' ', '-'),
      );
      expect(heads, `${page} -> ${target}`).toContain(section);
    }
  });
});
