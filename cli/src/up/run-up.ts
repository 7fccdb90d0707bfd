import { ProcessRecords } from '../process/process-records.js';
import { stopProcess } from '../process/stop-process.js';
import { Supervisor } from '../process/supervisor.js';
import { UserError } from '../user-error.js';
import { DEMO_SPEED } from './children.js';
import { removeDemoData } from './fresh.js';
import { createHome, homeOf, type Home } from './home.js';
import { listenForInterrupt } from './interrupt.js';
import { takeLock, type Lock } from './lock.js';
import { readyMessage, say } from './screen.js';
import { answers, secondStartMessage } from './second-start.js';
import { startEverything } from './start-everything.js';

/** What depends on others stops first; databases last, when nobody writes any more. */
const STOP_ORDER = [['worker'], ['api'], ['sim'], ['redis', 'mariadb']];

/** A program left by a crash gets as long as an ordinary stop. */
const LEFTOVER_GRACE_MS = 60_000;

export interface UpFlags {
  fresh?: boolean;
  port?: number;
}

/** Stops programs that an earlier, killed start left running; their ports and data folders are needed now. */
async function stopLeftovers(records: ProcessRecords): Promise<void> {
  const left = records.running();
  if (left.length > 0)
    say(`Stopping what an earlier start left running: ${left.map(({ name }) => name).join(', ')}`);
  for (const group of STOP_ORDER) {
    await Promise.all(
      left
        .filter(({ name }) => group.includes(name))
        .map(async ({ name, identity }) => {
          await stopProcess(identity, { graceMs: LEFTOVER_GRACE_MS });
          records.forget(name);
        }),
    );
  }
}

/** When the user's command began: `npm start` checks and builds before this process reads its first line. */
function startedAtMs(env: NodeJS.ProcessEnv): number {
  const given = Number(env['GRIDFLEET_STARTED_AT']);
  return Number.isFinite(given) && given > 0 ? given : performance.timeOrigin;
}

async function runHoldingLock(home: Home, lock: Lock, flags: UpFlags, env: NodeJS.ProcessEnv): Promise<void> {
  const records = new ProcessRecords(home.run);
  const supervisor = new Supervisor({ records, stopOrder: STOP_ORDER, say });
  const interrupt = listenForInterrupt(() => {
    say('Killed. The next start recovers what was running.');
    supervisor.killAll();
    lock.release();
    process.exit(130);
  });
  // A closed terminal makes writing fail; the orderly stop must go on regardless.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    await stopLeftovers(records);
    if (flags.fresh) removeDemoData(home);
    const starting = startEverything({ home, env, supervisor, port: flags.port });
    starting.catch(() => {}); // reported below, unless the user has interrupted it
    const url = await Promise.race([starting, interrupt.requested]);
    if (url !== undefined) {
      lock.publish(url);
      say(readyMessage({ url, logs: home.logs, tookMs: Date.now() - startedAtMs(env), speed: DEMO_SPEED }));
      await interrupt.requested;
    }
    say('\nStopping …');
  } finally {
    await supervisor.stopAll();
    interrupt.dispose();
    lock.release();
  }
  say('Stopped. Nothing is lost: the next start continues from here.');
}

/**
 * Starts everything on this machine and keeps it running until a signal asks to stop. A second start in the same
 * folder only says where the first one serves.
 * @throws UserError or StartFailed with a sentence for the user; everything started is stopped then
 */
export async function runUp(flags: UpFlags, env: NodeJS.ProcessEnv): Promise<void> {
  const home = homeOf(env);
  createHome(home);
  const taken = takeLock(home.lock);
  if ('lock' in taken) {
    await runHoldingLock(home, taken.lock, flags, env);
    return;
  }
  const { holder } = taken;
  if (flags.fresh) {
    throw new UserError(
      `Gridfleet is running (process ${holder.pid}): stop it with Ctrl-C, then use --fresh again.`,
    );
  }
  say(secondStartMessage(holder, holder.url !== undefined && (await answers(holder.url))));
}
