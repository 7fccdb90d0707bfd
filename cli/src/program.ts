import { Command, CommanderError } from 'commander';
import { addBacktestCommand } from './commands/backtest.js';
import { addBackupCommands } from './commands/backup.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addHaltCommands } from './commands/halt.js';
import { addImportCommand } from './commands/import.js';
import { addStrategyCommands } from './commands/strategy.js';
import { addDrainCommands } from './commands/drain.js';
import { addPlanCommand } from './commands/plan.js';
import { addServiceCommands } from './commands/services.js';
import { addSimCommand } from './commands/sim.js';
import { addSuggestCommand } from './commands/suggest.js';
import { addSweepCommand } from './commands/sweep.js';
import { addUpCommand } from './commands/up.js';
import { UserError } from './user-error.js';
import { version } from './version.js';

/** Exit codes: 0 done, 1 failed, 2 not understood. */
const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** Commander's "errors" that are answers to the user and not mistakes. */
const ANSWERS: ReadonlySet<string> = new Set(['commander.helpDisplayed', 'commander.version']);

/** Errors that name their cause for the user, such as a missing setting; anything else is a fault and shows its stack. */
const PLAIN_ERRORS: ReadonlySet<string> = new Set(['ConfigError', 'StartFailed', 'UsageError', 'UserError']);

/** The whole command line. Every command throws instead of ending the process, so that tests can call it. */
export function createProgram(): Command {
  const program = new Command('gridfleet')
    .description('Self-hosted grid trading on one machine or many.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help of a command')
    .showSuggestionAfterError()
    .exitOverride();
  program
    .command('version')
    .description('print the version')
    .action(() => {
      process.stdout.write(`${version()}\n`);
    });
  addUpCommand(program);
  addSimCommand(program);
  addServiceCommands(program);
  addDrainCommands(program);
  addPlanCommand(program);
  addBacktestCommand(program);
  addSweepCommand(program);
  addSuggestCommand(program);
  addStrategyCommands(program);
  addHaltCommands(program);
  addBackupCommands(program);
  addDoctorCommand(program);
  addImportCommand(program);
  return program;
}

function report(error: unknown): void {
  const plain = error instanceof UserError || (error instanceof Error && PLAIN_ERRORS.has(error.name));
  process.stderr.write(plain ? `gridfleet: ${error.message}\n` : `gridfleet: ${describe(error)}\n`);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/**
 * Runs one command line.
 * @param args without node and script, e.g. `['up', '--port', '9000']`
 * @returns the exit code
 */
export async function runCli(args: readonly string[]): Promise<number> {
  const program = createProgram();
  try {
    await program.parseAsync([...args], { from: 'user' });
    return EXIT.done;
  } catch (error) {
    // Commander has printed its sentence already.
    if (error instanceof CommanderError) return ANSWERS.has(error.code) ? EXIT.done : EXIT.usage;
    report(error);
    return error instanceof Error && error.name === 'UsageError' ? EXIT.usage : EXIT.failed;
  }
}
