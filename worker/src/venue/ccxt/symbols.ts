import type { HookedBinance } from './hooked-binance.js';

/** Symbols by the exchange's id; ccxt's own way walks through all meanings of an id, for each event. */
export function symbolsOf(client: HookedBinance, marketType: 'spot' | 'swap'): (id: string) => string {
  const known = new Map<string, string>();
  return (id) => {
    const before = known.get(id);
    if (before !== undefined) return before;
    const symbol = client.safeSymbol(id, undefined, undefined, marketType);
    // An id that is not listed (yet) is its own symbol.
    if (symbol !== id) known.set(id, symbol);
    return symbol;
  };
}
