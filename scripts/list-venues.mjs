// Writes the list of venues that are traded by ccxt's unified calls alone: node scripts/list-venues.mjs
import { writeFileSync } from 'node:fs';
import ccxt from 'ccxt';

const OWN_ADAPTER = new Set(['binance', 'binanceusdm']);
const COIN_MARGINED = new Set(['binancecoinm', 'bitmex']);
const NEEDED = [
  'createOrder',
  'cancelOrder',
  'fetchOrder',
  'fetchOpenOrders',
  'fetchMyTrades',
  'fetchBalance',
];
const SIGNIFICANT_DIGITS = 3;

/** An order without a name of ours could not be found again. */
function namesOrders(exchange) {
  const sources = ['createOrder'];
  for (let at = exchange; at !== null; at = Object.getPrototypeOf(at)) {
    sources.push(
      ...Object.getOwnPropertyNames(at).filter((name) => /^(create\w*order|order)request$/i.test(name)),
    );
  }
  return sources.some((name) => String(exchange[name]).includes('clientOrderId'));
}

const rows = [];
for (const id of ccxt.exchanges) {
  if (OWN_ADAPTER.has(id) || COIN_MARGINED.has(id)) continue;
  const exchange = new ccxt[id]();
  if (NEEDED.some((method) => !exchange.has[method]) || !namesOrders(exchange)) continue;
  if (exchange.precisionMode === SIGNIFICANT_DIGITS || exchange.alias === true) continue;
  const markets = [exchange.has.spot ? 'spot' : '', exchange.has.swap ? 'linear' : '']
    .filter(Boolean)
    .join(' ');
  const secrets = Object.entries(exchange.requiredCredentials)
    .filter(([, needed]) => needed)
    .map(([name]) => name);
  const environments = exchange.urls.test === undefined ? 'live' : 'live testnet';
  // Accounts are told apart by the hash of a name, never by that of a secret.
  if (markets === '' || !secrets.some((name) => name === 'apiKey' || name === 'walletAddress')) continue;
  rows.push([id, exchange.name, secrets.join(' '), markets, environments]);
}

const lines = rows.map((row) => `  [${row.map((text) => `'${text}'`).join(', ')}],`);
writeFileSync(
  new URL('../shared/src/schema/unified-venues.ts', import.meta.url),
  `/**
 * Venues traded by ccxt's unified calls: id, name, secrets, markets, environments. Written by scripts/list-venues.mjs
 * from the library's own descriptions.
 */
export const UNIFIED_VENUES: readonly (readonly [
  id: string,
  name: string,
  secrets: string,
  markets: string,
  environments: string,
])[] = [
${lines.join('\n')}
];
`,
);
