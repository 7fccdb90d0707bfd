import { join } from 'node:path';
import { findProgram, type Program } from '../../bin/programs.mjs';
import type { Supervisor } from '../process/supervisor.js';
import { mariadbProcess, mariadbUrl } from '../services/mariadb-server.js';
import { redisProcess, redisUrl } from '../services/redis-server.js';
import { UserError } from '../user-error.js';
import type { Home } from './home.js';
import type { Secrets } from './secrets.js';
import type { State } from './state.js';

/** What a private server is started with. */
export interface DatabaseContext {
  home: Home;
  secrets: Secrets;
  ports: Required<State['ports']>;
  supervisor: Supervisor;
  env: NodeJS.ProcessEnv;
}

function need(program: Program, env: NodeJS.ProcessEnv, variable: string): string {
  const path = findProgram(program, env);
  if (path !== undefined) return path;
  throw new UserError(
    `${program} is not installed: "npm start" installs it or says how; or set ${variable}.`,
  );
}

/** The Redis of `REDIS_URL`, or a private one. */
export async function startRedis(context: DatabaseContext): Promise<string> {
  const { home, secrets, ports, supervisor, env } = context;
  if (env['REDIS_URL']) return env['REDIS_URL'];
  const options = { dir: home.redis, port: ports.redis, password: secrets.redisPassword };
  const program = need('redis', env, 'REDIS_URL');
  await supervisor.start(redisProcess({ ...options, program, logFile: join(home.logs, 'redis.log') }));
  return redisUrl(options);
}

/** The MySQL or MariaDB of `DATABASE_URL`, or a private one; with the current schema. */
export async function startMariadb(context: DatabaseContext): Promise<string> {
  const { home, secrets, ports, supervisor, env } = context;
  const url = env['DATABASE_URL'] || (await startPrivateMariadb({ home, secrets, ports, supervisor, env }));
  const { migrate } = await import('@gridfleet/shared/infra');
  await migrate(url);
  return url;
}

async function startPrivateMariadb({
  home,
  secrets,
  ports,
  supervisor,
  env,
}: DatabaseContext): Promise<string> {
  const options = { dir: home.mariadb, port: ports.mariadb, password: secrets.mariadbPassword };
  const spec = await mariadbProcess({
    ...options,
    program: need('mariadb', env, 'DATABASE_URL'),
    installProgram: need('mariadbInstall', env, 'DATABASE_URL'),
    logFile: join(home.logs, 'mariadb.log'),
  });
  await supervisor.start(spec);
  return mariadbUrl(options);
}
