import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createStepTimes, waitFor } from './lib/path-steps.mjs';
import { ROOT } from './lib/paths.mjs';
import { runCommand } from './lib/run-command.mjs';
import { Stop, runMain } from './lib/stop.mjs';

/**
 * The way of a new user from the clone to a second worker, each step timed, through the API that the page uses. It clones
 * this checkout's last commit into a temporary folder, removes it at the end, and touches nothing else.
 */

const START_MS = 400_000;
const STEP_MS = 90_000;
/** Profit needs a buy and the sell above it. */
const PROFIT_MS = 240_000;

const children = [];

function start(command, args, cwd, env) {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const one = { child, output: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      one.output += chunk;
    });
  }
  children.push(one);
  return one;
}

const hasEnded = ({ child }) => child.exitCode !== null || child.signalCode !== null;

async function stopAll() {
  for (const one of children.reverse()) {
    if (hasEnded(one)) continue;
    // The whole group, as Ctrl-C does.
    process.kill(-one.child.pid, 'SIGINT');
    await waitFor('the end of what was started', 60_000, async () => hasEnded(one));
  }
}

function client(url) {
  return async (method, path, body) => {
    const answer = await fetch(url + path, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Stop(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
}

/** 21 levels 0.3 % around the price. */
function gridAround(ask) {
  const cents = Math.round(Number(ask) * 100);
  const at = (share) => (Math.round(cents * share) / 100).toFixed(2);
  return { lower: at(0.997), upper: at(1.003), levels: 21, quantity: { mode: 'base', value: '0.005' } };
}

/** Settings of a further worker of this installation, as `gridfleet up` gives them to its own. */
async function workerEnvironment(clone, state) {
  const load = (path) => import(pathToFileURL(join(clone, 'cli', 'dist', path)).href);
  const secrets = JSON.parse(readFileSync(join(clone, '.gridfleet', 'secrets.json'), 'utf8'));
  const { redisUrl } = await load('services/redis-server.js');
  const { mariadbUrl } = await load('services/mariadb-server.js');
  return {
    ...process.env,
    DATABASE_URL: mariadbUrl({ port: state.ports.mariadb, password: secrets.mariadbPassword }),
    REDIS_URL: redisUrl({ port: state.ports.redis, password: secrets.redisPassword }),
    ENCRYPTION_KEY: secrets.encryptionKey,
    SIM_URL: `http://127.0.0.1:${state.ports.sim}`,
    WORKER_NAME: 'second',
    LOG_LEVEL: 'warn',
  };
}

async function walk(clone) {
  const times = createStepTimes((line) => console.log(line));
  await times.step('git clone', async () => {
    const { code, output } = await runCommand('git', [
      'clone',
      '--quiet',
      '--depth',
      '1',
      `file://${ROOT}`,
      clone,
    ]);
    if (code !== 0) throw new Stop(output);
  });
  // Servers and data of its own, whatever this shell uses.
  const env = { ...process.env, REDIS_URL: '', DATABASE_URL: '', GRIDFLEET_HOME: join(clone, '.gridfleet') };
  const up = start('npm', ['start'], clone, env);
  const url = await times.step('npm start, until it says that it is ready', () =>
    waitFor('npm start', START_MS, async () => {
      if (hasEnded(up)) throw new Stop(`npm start ended:\n${up.output}`);
      return /Web UI\s+(http:\/\/\S+?)\/\s/.exec(up.output)?.[1];
    }),
  );
  const call = client(url);
  await times.step('first fill of the demo grid', () =>
    waitFor('the first fill', STEP_MS, async () => (await call('GET', '/api/trades?limit=1')).items[0]),
  );
  const state = JSON.parse(readFileSync(join(clone, '.gridfleet', 'state.json'), 'utf8'));
  const account = await times.step('add an account', async () => {
    const keys = await client(`http://127.0.0.1:${state.ports.sim}`)('POST', '/_sim/accounts', {
      balances: { USDT: '100000', BTC: '1' },
      makerRate: '0.0001',
      takerRate: '0.0001',
    });
    const credentials = { apiKey: keys.apiKey, secret: keys.apiSecret };
    return call('POST', '/api/accounts', {
      label: 'Mine',
      venue: 'binance',
      environment: 'sim',
      credentials,
    });
  });
  const legs = [{ accountId: account.id, market: 'BTC/USDT' }];
  const plan = await times.step('look at a preview', async () => {
    const { ask } = await call('GET', `/api/accounts/${account.id}/quote?market=BTC/USDT`);
    const asked = { kind: 'range-grid', params: gridAround(ask), legs };
    await call('POST', '/api/strategies/preview', asked);
    return asked;
  });
  const strategy = await times.step('create and start a strategy, until it runs', async () => {
    const made = await call('POST', '/api/strategies', { name: 'My grid', ...plan });
    await call('POST', `/api/strategies/${made.id}/start`);
    await waitFor(
      'the strategy to run',
      STEP_MS,
      async () => (await call('GET', `/api/strategies/${made.id}/status`)).state === 'running',
    );
    return made;
  });
  const status = () => call('GET', `/api/strategies/${strategy.id}/status`);
  await times.step('first profit of it (a buy and its sell)', () =>
    waitFor('a completed cycle', PROFIT_MS, async () => (await status()).cycles > 0),
  );
  await times.step('stop it, until its orders are gone', async () => {
    await call('POST', `/api/strategies/${strategy.id}/stop`, { orders: 'cancel-orders' });
    await waitFor('the stop', STEP_MS, async () => {
      const { state: now, pendingBuys, pendingSells } = await status();
      return now === 'stopped' && pendingBuys + pendingSells === 0;
    });
  });
  await times.step('add a second worker, until it is listed', async () => {
    const bin = join(clone, 'cli', 'bin', 'gridfleet.js');
    const worker = start(process.execPath, [bin, 'worker'], clone, await workerEnvironment(clone, state));
    await waitFor('the second worker', STEP_MS, async () => {
      if (hasEnded(worker)) throw new Stop(`the worker ended:\n${worker.output}`);
      return (await call('GET', '/api/workers')).items.length === 2;
    });
  });
  const node = await times.step('start the strategy again, until one of the two runs it', async () => {
    await call('POST', `/api/strategies/${strategy.id}/start`);
    return waitFor('the strategy to run again', STEP_MS, async () => {
      const now = await status();
      return now.state === 'running' && now.workerName;
    });
  });
  await times.step('Ctrl-C, until all has ended', stopAll);
  console.log(`\nThe second start ran on the node "${node}".\n\n${times.table()}`);
}

await runMain(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gridfleet-first-path-'));
  try {
    await walk(join(folder, 'gridfleet'));
  } finally {
    await stopAll();
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
  }
});
