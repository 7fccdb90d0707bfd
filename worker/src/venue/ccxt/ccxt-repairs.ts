import type { StreamClient } from './hooked-binance.js';

/** ccxt picks its error table by production URL prefixes; other hosts would lose the classes (-2019, -2021, …). */
export function canonicalUrl(url: string): string {
  return url
    .replace(/^.*?\/fapi\//, 'https://fapi.binance.com/fapi/')
    .replace(/^.*?\/dapi\//, 'https://dapi.binance.com/dapi/')
    .replace(/^.*?\/s?api\//, 'https://api.binance.com/api/');
}

/** ccxt rejects futures of its own that nobody waits for, for example after a refused login: that ends a process. */
export function quieten(client: StreamClient): void {
  const future = client.future.bind(client) as (hash: string) => Promise<unknown>;
  client.future = (hash: string) => {
    const made = future(hash);
    made.catch(() => undefined);
    return made;
  };
}
