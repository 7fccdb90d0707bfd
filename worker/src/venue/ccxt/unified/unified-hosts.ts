import type { Environment } from '@gridfleet/shared/schema';

/** The hosts an exchange's own description names for its production and its test system. */
export interface ExchangeHosts {
  live: ReadonlySet<string>;
  test: ReadonlySet<string>;
}

function collect(value: unknown, hostname: string, into: Set<string>): void {
  if (typeof value === 'string') {
    const url = value.replaceAll('{hostname}', hostname);
    if (/^(https?|wss?):\/\//.test(url)) into.add(new URL(url).host);
  } else if (typeof value === 'object' && value !== null) {
    for (const each of Object.values(value)) collect(each, hostname, into);
  }
}

/** @param urls ccxt's `urls`, as its class describes them */
export function hostsOf(urls: { api?: unknown; test?: unknown }, hostname: string): ExchangeHosts {
  const live = new Set<string>();
  const test = new Set<string>();
  collect(urls.api, hostname, live);
  collect(urls.test, hostname, test);
  for (const host of test) live.delete(host);
  return { live, test };
}

/** As `mayReach` for the exchange with an adapter of its own: checked on every request. */
export function mayReachHost(
  environment: Environment,
  url: string,
  hosts: ExchangeHosts,
  simUrl: string | null,
): boolean {
  const { host } = new URL(url);
  switch (environment) {
    case 'live':
      return hosts.live.has(host);
    case 'testnet':
      return hosts.test.has(host);
    case 'sim':
      return simUrl !== null && new URL(simUrl).host === host && !hosts.live.has(host);
    case 'paper':
      return false;
  }
}
