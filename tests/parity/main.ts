import { startServices } from '../services.js';
import { runSession, type SessionReport } from './harness/session-report.js';
import { SESSIONS } from './harness/sessions.js';
import { differencesOf, summaryOf, tableOf } from './harness/text.js';

/** Recorded seconds in a real one: the grid keeps up, and latency still shows. */
const SPEED = 4;

const print = (line: string): boolean => process.stdout.write(`${line}\n`);

/** Those named on the command line, else all. */
const names = process.argv.slice(2);
const chosen = SESSIONS.filter(({ name }) => names.length === 0 || names.includes(name));
if (chosen.length < Math.max(1, names.length))
  throw new Error(`the sessions are ${SESSIONS.map(({ name }) => name).join(', ')}`);

const services = await startServices();
process.env['REDIS_URL'] = services.redisUrl;
process.env['DATABASE_URL'] = services.databaseUrl;
const reports: SessionReport[] = [];
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void services.stop().finally(() => process.exit(1)));
try {
  for (const session of chosen) {
    const report = await runSession(session, SPEED);
    reports.push(report);
    const differences = differencesOf(report);
    if (differences !== '') print(differences);
    // A run that is ended early loses only the session under way.
    if (session !== chosen.at(-1)) print(tableOf([report]));
  }
} finally {
  await services.stop();
}
print(tableOf(reports));
print(summaryOf(reports));
process.exitCode = reports.every(({ unexplained }) => unexplained.length === 0) ? 0 : 1;
