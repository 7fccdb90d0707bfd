import { hostname } from 'node:os';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { isWeakSecret, weakPassword } from './weak-secrets.js';
import { NodeLabel, NodeName } from '../../schema/placement.js';
import { mainServers } from './main-host.js';

const Port = Type.Integer({ minimum: 0, maximum: 65_535 });

/** Every setting of every process. Environment variables have the names of `VARIABLES`. */
export const Config = Type.Object({
  databaseUrl: Type.String({ pattern: '^(mysql|mariadb)://' }),
  redisUrl: Type.String({ pattern: '^rediss?://' }),
  /** 32 bytes as hex: encrypts exchange keys at rest. */
  encryptionKey: Type.String({ pattern: '^[0-9a-fA-F]{64}$' }),
  /** The key before: opens what has not been sealed anew yet (see `gridfleet rotate-keys`). */
  encryptionKeyOld: Type.Union([Type.String({ pattern: '^[0-9a-fA-F]{64}$' }), Type.Null()], {
    default: null,
  }),
  apiHost: Type.String({ default: '127.0.0.1' }),
  apiPort: Type.Intersect([Port], { default: 8420 }),
  /** Shared with the reverse proxy; without it the API listens on loopback only. */
  proxySecret: Type.Union([Type.String({ minLength: 24 }), Type.Null()], { default: null }),
  /** Folder of the built UI; null serves none. */
  webDist: Type.Union([Type.String(), Type.Null()], { default: null }),
  workerName: NodeName,
  /** Properties strategies can ask for, e.g. `region=eu`. */
  workerLabels: Type.Array(NodeLabel, { maxItems: 8, uniqueItems: true, default: [] }),
  /** Strategies one node runs at most. */
  workerCapacity: Type.Integer({ minimum: 1, maximum: 100_000, default: 2_000 }),
  /** What the node does: trade, compute backtests, or both. Backtests never run beside trading unless both are named. */
  workerRoles: Type.Array(Type.Enum(['live', 'backtest']), {
    minItems: 1,
    uniqueItems: true,
    default: ['live'],
  }),
  /** Address exchanges see this node's requests come from; nodes behind one address share its budget. */
  egressIp: Type.Union([Type.String({ pattern: '^[0-9a-fA-F.:]{2,45}$' }), Type.Null()], { default: null }),
  /** REST origin of the exchange simulator, for accounts of environment `sim`. */
  simUrl: Type.Union([Type.String({ pattern: '^https?://' }), Type.Null()], { default: null }),
  logLevel: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace'], { default: 'info' }),
  /** Multiplies waiting times (leases excepted); tests set it below 1. */
  timeScale: Type.Number({ exclusiveMinimum: 0, maximum: 10, default: 1 }),
  /** E-mail addresses that may use the platform beside those an owner has added; null: whoever the gateway lets in. */
  allowedEmails: Type.Union([Type.Array(Type.String({ pattern: '^[^\\s@]+@[^\\s@]+$' })), Type.Null()], {
    default: null,
  }),
  /** Origins of other web pages that may call the API from a browser, exactly as browsers send them. */
  corsOrigins: Type.Array(Type.String({ pattern: '^https?://[^/\\s]+$' }), { default: [] }),
  /** A try-out on this machine: weak secrets are accepted. */
  demo: Type.Boolean({ default: false }),
  /** Requests each user or API token may make in a minute; 0 sets no limit. */
  apiRateLimit: Type.Integer({ minimum: 0, maximum: 1_000_000, default: 6_000 }),
  /** Days that published events, cleared refusals and notices of risk are kept; 0 keeps them for ever. */
  retentionEventsDays: Type.Integer({ minimum: 0, maximum: 36_500, default: 90 }),
  /** Days after a strategy's removal when its trades move to the archive tables; 0 keeps them where they are. */
  retentionFillsDays: Type.Integer({ minimum: 0, maximum: 36_500, default: 0 }),
  /** Address a worker serves its metrics and health on. */
  metricsHost: Type.String({ default: '127.0.0.1' }),
  /** Port of a worker's metrics and health; 0: any free one, which the ready line names. */
  metricsPort: Type.Intersect([Port], { default: 0 }),
  /** Notifications may go to receivers in private networks, and over http. */
  notifyAllowPrivate: Type.Boolean({ default: false }),
  /** Where bots are reached; another one is a Bot API server of one's own. */
  telegramApiUrl: Type.String({ pattern: '^https?://[^/\\s]+$', default: 'https://api.telegram.org' }),
});
export type Config = Static<typeof Config>;

/** Environment variable of each setting. */
export const VARIABLES = {
  databaseUrl: 'DATABASE_URL',
  redisUrl: 'REDIS_URL',
  encryptionKey: 'ENCRYPTION_KEY',
  encryptionKeyOld: 'ENCRYPTION_KEY_OLD',
  apiHost: 'API_HOST',
  apiPort: 'API_PORT',
  proxySecret: 'PROXY_SECRET',
  webDist: 'WEB_DIST',
  workerName: 'WORKER_NAME',
  workerLabels: 'WORKER_LABELS',
  workerCapacity: 'WORKER_CAPACITY',
  workerRoles: 'WORKER_ROLES',
  egressIp: 'EGRESS_IP',
  simUrl: 'SIM_URL',
  logLevel: 'LOG_LEVEL',
  timeScale: 'TIME_SCALE',
  allowedEmails: 'ALLOWED_EMAILS',
  corsOrigins: 'CORS_ORIGINS',
  demo: 'DEMO',
  apiRateLimit: 'API_RATE_LIMIT',
  retentionEventsDays: 'RETENTION_EVENTS_DAYS',
  retentionFillsDays: 'RETENTION_FILLS_DAYS',
  metricsHost: 'METRICS_HOST',
  metricsPort: 'METRICS_PORT',
  notifyAllowPrivate: 'NOTIFY_ALLOW_PRIVATE',
  telegramApiUrl: 'TELEGRAM_API_URL',
} as const satisfies Record<keyof Config, string>;

const NUMERIC: ReadonlySet<string> = new Set([
  'retentionEventsDays',
  'retentionFillsDays',
  'apiPort',
  'workerCapacity',
  'timeScale',
  'apiRateLimit',
  'metricsPort',
]);
const LISTS: ReadonlySet<string> = new Set(['workerRoles', 'workerLabels', 'allowedEmails', 'corsOrigins']);
const SWITCHES: ReadonlySet<string> = new Set(['demo', 'notifyAllowPrivate']);
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

/** The keys of a cipher: the one that seals, and those that still open. */
export function cipherKeys({ encryptionKey, encryptionKeyOld }: Config): [string, string[]] {
  return [encryptionKey, encryptionKeyOld === null ? [] : [encryptionKeyOld]];
}

/** A setting is missing or unsafe; the message names the variable. */
export class ConfigError extends Error {
  constructor(
    readonly variable: string,
    message: string,
  ) {
    super(`${variable}: ${message}`);
    this.name = 'ConfigError';
  }
}

function variableOf(field: string): string {
  return Object.entries(VARIABLES).find(([name]) => name === field)?.[1] ?? field;
}

/** The machine's name: unique in most fleets, and stable. */
function defaultName(): string {
  return (
    hostname()
      .replace(/[^A-Za-z0-9._-]/g, '-')
      .slice(0, 60) || 'worker'
  );
}

function nonEmpty(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([, text]) => text !== ''));
}

/**
 * Reads and checks the configuration.
 * @throws ConfigError naming the first variable that is missing, malformed or unsafe.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const raw: Record<string, unknown> = { workerName: defaultName() };
  const settings = { ...mainServers(env), ...nonEmpty(env) };
  for (const [field, variable] of Object.entries(VARIABLES)) {
    const text = settings[variable];
    if (text === undefined || text === '') continue;
    if (NUMERIC.has(field)) raw[field] = Number(text);
    else if (SWITCHES.has(field)) raw[field] = text === 'true' || text === '1';
    else raw[field] = LISTS.has(field) ? text.split(',').map((word) => word.trim()) : text;
  }
  const withDefaults = Value.Default(Config, raw);
  if (!Value.Check(Config, withDefaults)) {
    const [error] = Value.Errors(Config, withDefaults);
    const missing = Object.keys(VARIABLES).find(
      (field) => !Object.hasOwn(Object(withDefaults) as object, field),
    );
    if (missing !== undefined) throw new ConfigError(variableOf(missing), 'is not set');
    const field = error?.instancePath.split('/')[1] ?? '';
    throw new ConfigError(variableOf(field), error?.message ?? 'is not valid');
  }
  if (!LOOPBACK.has(withDefaults.apiHost) && withDefaults.proxySecret === null) {
    throw new ConfigError(
      'PROXY_SECRET',
      `is required when API_HOST (${withDefaults.apiHost}) is not loopback`,
    );
  }
  refuseWeakSecrets(withDefaults);
  return withDefaults;
}

/** @throws ConfigError: outside a try-out no process starts with a secret that can be guessed. */
function refuseWeakSecrets(config: Config): void {
  const { encryptionKey, proxySecret, databaseUrl, redisUrl, demo, apiHost } = config;
  if (demo && !LOOPBACK.has(apiHost)) {
    throw new ConfigError('DEMO', `a try-out listens on this machine only, and API_HOST is ${apiHost}`);
  }
  if (demo) return;
  if (isWeakSecret(encryptionKey)) {
    throw new ConfigError('ENCRYPTION_KEY', 'must be random: run "openssl rand -hex 32"');
  }
  if (proxySecret !== null && isWeakSecret(proxySecret)) {
    throw new ConfigError('PROXY_SECRET', 'must be random: run "openssl rand -hex 32"');
  }
  for (const [variable, address] of [
    ['DATABASE_URL', databaseUrl],
    ['REDIS_URL', redisUrl],
  ] as const) {
    const problem = weakPassword(address);
    if (problem !== null) throw new ConfigError(variable, problem);
  }
}
