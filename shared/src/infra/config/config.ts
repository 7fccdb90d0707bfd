import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';

const Port = Type.Integer({ minimum: 0, maximum: 65_535 });

/** Every setting of every process. Environment variables have the names of `VARIABLES`. */
export const Config = Type.Object({
  databaseUrl: Type.String({ pattern: '^(mysql|mariadb)://' }),
  redisUrl: Type.String({ pattern: '^rediss?://' }),
  /** 32 bytes as hex: encrypts exchange keys at rest. */
  encryptionKey: Type.String({ pattern: '^[0-9a-fA-F]{64}$' }),
  apiHost: Type.String({ default: '127.0.0.1' }),
  apiPort: Type.Intersect([Port], { default: 8420 }),
  /** Shared with the reverse proxy; without it the API listens on loopback only. */
  proxySecret: Type.Union([Type.String({ minLength: 24 }), Type.Null()], { default: null }),
  /** Folder of the built UI; null serves none. */
  webDist: Type.Union([Type.String(), Type.Null()], { default: null }),
  workerName: Type.String({ pattern: '^[A-Za-z0-9._-]{1,60}$', default: 'worker' }),
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
  /** Requests each user or API token may make in a minute; 0 sets no limit. */
  apiRateLimit: Type.Integer({ minimum: 0, maximum: 1_000_000, default: 6_000 }),
});
export type Config = Static<typeof Config>;

const VARIABLES = {
  databaseUrl: 'DATABASE_URL',
  redisUrl: 'REDIS_URL',
  encryptionKey: 'ENCRYPTION_KEY',
  apiHost: 'API_HOST',
  apiPort: 'API_PORT',
  proxySecret: 'PROXY_SECRET',
  webDist: 'WEB_DIST',
  workerName: 'WORKER_NAME',
  workerCapacity: 'WORKER_CAPACITY',
  workerRoles: 'WORKER_ROLES',
  egressIp: 'EGRESS_IP',
  simUrl: 'SIM_URL',
  logLevel: 'LOG_LEVEL',
  timeScale: 'TIME_SCALE',
  apiRateLimit: 'API_RATE_LIMIT',
} as const satisfies Record<keyof Config, string>;

const NUMERIC: ReadonlySet<string> = new Set(['apiPort', 'workerCapacity', 'timeScale', 'apiRateLimit']);
const LISTS: ReadonlySet<string> = new Set(['workerRoles']);
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

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

/**
 * Reads and checks the configuration.
 * @throws ConfigError naming the first variable that is missing, malformed or unsafe.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const raw: Record<string, unknown> = {};
  for (const [field, variable] of Object.entries(VARIABLES)) {
    const text = env[variable];
    if (text === undefined || text === '') continue;
    if (NUMERIC.has(field)) raw[field] = Number(text);
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
  if (/^(.)\1+$/.test(withDefaults.encryptionKey)) {
    throw new ConfigError('ENCRYPTION_KEY', 'must be random: run "openssl rand -hex 32"');
  }
  return withDefaults;
}
