import type { FastifyRequest } from 'fastify';
import type { EntityManager } from 'typeorm';

/** Columns that say how a thing is set up; none of them is secret. */
const COLUMNS = {
  strategy:
    'name, kind, params, revision, desired_state, stop_orders, trading_state, risk_limits, current_run_id, deleted_at',
  account:
    'label, venue, environment, LEFT(fingerprint, 12) AS fingerprint, is_active, trading_state, risk_limits, orphan_policy, capital_version, deleted_at',
  installation: 'trading_state, trading_reason_message, risk_limits',
  user: 'email, role, is_active, workspace_id',
  api_token: 'name, scopes, expires_at, revoked_at',
  capital_allocation: 'account_id, name, asset, amount',
  notification_channel:
    'kind, name, settings, secret_names, events, min_severity, language, throttle_seconds, report_hour, is_active',
} as const;
type Table = keyof typeof COLUMNS;

const BY_PREFIX: readonly (readonly [prefix: string, table: Table])[] = [
  ['/api/strategies/:id', 'strategy'],
  ['/api/accounts/:id', 'account'],
  ['/api/users/:id', 'user'],
  ['/api/tokens/:id', 'api_token'],
  ['/api/capital/allocations/:id', 'capital_allocation'],
  ['/api/notifications/:id', 'notification_channel'],
  ['/api/trading-state/account/:id', 'account'],
  ['/api/trading-state/strategy/:id', 'strategy'],
];
const BY_SCOPE: Readonly<Record<string, Table>> = {
  platform: 'installation',
  account: 'account',
  strategy: 'strategy',
};

/** What a command is done to, as far as its address or its scope says so. */
function targetOf(request: FastifyRequest): { table: Table; id: number } | null {
  const url = request.routeOptions.url ?? '';
  const fields = (part: unknown): Record<string, unknown> => Object(part) as Record<string, unknown>;
  if (url === '/api/trading-state/platform') return { table: 'installation', id: 1 };
  if (url === '/api/risk/limits' || url === '/api/halt') {
    const { scope, id } = fields(url === '/api/halt' ? request.body : request.query);
    const table = BY_SCOPE[String(scope)];
    const row = table === 'installation' ? 1 : Number(id);
    return table === undefined || !Number.isSafeInteger(row) ? null : { table, id: row };
  }
  const known = BY_PREFIX.find(([prefix]) => url === prefix || url.startsWith(`${prefix}/`));
  const id = Number(fields(request.params)['id']);
  return known === undefined || !Number.isSafeInteger(id) ? null : { table: known[1], id };
}

/** How the target of a command is set up now; null when it has none. */
export async function snapshot(
  manager: EntityManager,
  request: FastifyRequest,
): Promise<Record<string, unknown> | null> {
  const target = targetOf(request);
  if (target === null) return null;
  const { table, id } = target;
  const [row]: Record<string, unknown>[] = await manager.query(
    `SELECT ${COLUMNS[table]} FROM ${table} WHERE id = ?`,
    [id],
  );
  return row ?? null;
}

/** The fields in which two states differ. */
export function changes(
  before: Record<string, unknown> | null,
  after: Record<string, unknown> | null,
): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const differing = [...names].filter(
    (name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]),
  );
  const pick = (row: Record<string, unknown> | null): Record<string, unknown> =>
    Object.fromEntries(differing.flatMap((name) => (row?.[name] === undefined ? [] : [[name, row[name]]])));
  return { before: pick(before), after: pick(after) };
}
