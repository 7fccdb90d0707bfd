import { Config, VARIABLES } from './config.js';

type Field = keyof typeof VARIABLES;

/** What each setting is for, in the reference. */
const TEXTS: Readonly<Record<Field, string>> = {
  databaseUrl:
    'MySQL 8 or MariaDB 10.6 and newer, as `mysql://user:password@host:port/name`; the database must exist.',
  redisUrl: 'Redis 6.2 and newer, as `redis://:password@host:port`; append-only file, `noeviction`.',
  encryptionKey:
    'Encrypts exchange keys in the database: 64 hex digits, the same on every machine. Keep a copy elsewhere.',
  encryptionKeyOld: 'The key before, while credentials are sealed anew (`gridfleet rotate-keys`).',
  apiHost: 'Address the API listens on. Another one than loopback needs `PROXY_SECRET`.',
  apiPort: 'Port of the API; 0 is any free one.',
  proxySecret: 'Shared with the gateway, at least 24 characters; who is asking is believed only beside it.',
  webDist: 'Folder of the built web UI; without it the API serves none.',
  workerName: 'Name of the node, unique in the fleet and stable; without it the host name.',
  workerLabels: 'Properties strategies can ask for, comma-separated, such as `region=eu`.',
  workerCapacity: 'Strategies the node runs at most.',
  workerRoles: '`live` trades, `backtest` computes; comma-separated.',
  egressIp: 'Public address of the machine: nodes behind one address share its request budget.',
  simUrl: 'The exchange simulator, for accounts of environment `sim`.',
  logLevel: 'How much is logged from the start; `gridfleet log-level` changes it while everything runs.',
  timeScale: 'Multiplies waiting times other than leases; for tests.',
  allowedEmails:
    'E-mail addresses that may use the platform beside those an owner adds; without it whoever signs in.',
  corsOrigins: 'Origins of other pages whose scripts may call the API, comma-separated.',
  demo: 'A try-out on this machine: weak secrets are accepted, on loopback only.',
  apiRateLimit: 'Requests each user or API token may make in a minute; 0 sets no limit.',
  retentionEventsDays:
    'Days that published events, cleared refusals, notices of risk and minute-by-minute equity are kept; 0 keeps them for ever.',
  retentionFillsDays:
    "Days after a strategy's removal when its trades move to `fill_archive`; 0 keeps them where they are.",
  notifyAllowPrivate: 'Notifications may go to receivers in private networks, and over http.',
  telegramApiUrl: 'Where Telegram bots are reached; another one is a Bot API server of your own.',
  metricsHost: 'Address a worker serves metrics and health on.',
  metricsPort: 'Port of a worker’s metrics and health; 0 is any free one, which its ready line names.',
};

/** The parts of a JSON schema that say which values are allowed. */
interface Shape {
  type?: string;
  enum?: readonly string[];
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  minLength?: number;
  default?: string | number | boolean | readonly string[] | null;
  items?: Shape;
  anyOf?: readonly Shape[];
  allOf?: readonly Shape[];
}

function kindOf({
  type,
  enum: words,
  minimum,
  exclusiveMinimum,
  maximum,
  items,
  anyOf,
  allOf,
}: Shape): string {
  const whole = anyOf?.find((each) => each.type !== 'null') ?? allOf?.[0];
  if (whole !== undefined) return kindOf(whole);
  if (words !== undefined) return words.map((word) => `\`${word}\``).join(', ');
  if (type === 'array') return `list of ${items === undefined ? 'text' : kindOf(items)}`;
  if (type === 'boolean') return '`true` or `false`';
  if (type !== 'integer' && type !== 'number') return 'text';
  const low = minimum ?? (exclusiveMinimum === undefined ? '' : `above ${exclusiveMinimum}`);
  return `${type === 'integer' ? 'whole number' : 'number'}, ${low} to ${maximum ?? ''}`;
}

function defaultOf(field: Field, shape: Shape): string {
  if (field === 'workerName') return 'host name';
  if (!('default' in shape)) return '**required**';
  const { default: value } = shape;
  if (value === null || (Array.isArray(value) && value.length === 0)) return 'none';
  return `\`${String(value)}\``;
}

/** A table of every setting of every process, from the schema that reads them. */
export function configTable(): string[] {
  const properties = Config.properties as unknown as Readonly<Record<Field, Shape>>;
  const rows = (Object.keys(VARIABLES) as Field[]).map((field) => {
    const shape = properties[field];
    return `| \`${VARIABLES[field]}\` | ${kindOf(shape)} | ${defaultOf(field, shape)} | ${TEXTS[field]} |`;
  });
  return ['| variable | values | default | what |', '|---|---|---|---|', ...rows];
}
