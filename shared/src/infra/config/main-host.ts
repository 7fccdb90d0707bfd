const MYSQL_PORT = 3306;
const REDIS_PORT = 6379;

/** A bare IPv6 address needs brackets in a URL. */
function inUrl(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/**
 * The servers of the main machine, for a node elsewhere that knows its address and secrets only: MAIN_HOST,
 * MYSQL_PASSWORD and REDIS_PASSWORD as in the `.env` of the main machine. DATABASE_URL and REDIS_URL win.
 */
export function mainServers(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const { MAIN_HOST: host, MYSQL_PASSWORD: mysql, REDIS_PASSWORD: redis } = env;
  if (!host) return {};
  return {
    ...(mysql
      ? {
          DATABASE_URL: `mysql://gridfleet:${encodeURIComponent(mysql)}@${inUrl(host)}:${MYSQL_PORT}/gridfleet`,
        }
      : {}),
    ...(redis ? { REDIS_URL: `redis://:${encodeURIComponent(redis)}@${inUrl(host)}:${REDIS_PORT}` } : {}),
  };
}
