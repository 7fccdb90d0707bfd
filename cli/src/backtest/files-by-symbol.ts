import { UserError } from '../user-error.js';

/** `SYMBOL=FILE`. Symbols have one slash and no small letters, which tells them from folders. */
const NAMED = /^([^/=\sa-z]+\/[^/=\sa-z]+)=(.+)$/;

/**
 * Which of the files given belong to which symbol. A file may say so itself (`ETH/USDT=eth.csv`); otherwise files of one
 * symbol are all its own, and files of several are one for each symbol, in the order of the configs.
 * @throws UserError when a symbol has no file or a file no symbol
 */
export function filesBySymbol(
  files: readonly string[],
  symbols: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>(symbols.map((symbol) => [symbol, []]));
  const plain: string[] = [];
  for (const file of files) {
    const [, symbol = '', path = ''] = NAMED.exec(file) ?? [];
    const own = found.get(symbol);
    if (own !== undefined) own.push(path);
    else if (symbol !== '')
      throw new UserError(`${file}: no config is for ${symbol}; they are for ${symbols.join(', ')}`);
    else plain.push(file);
  }
  const [only] = found.size === 1 ? found.values() : [];
  if (only !== undefined) only.push(...plain);
  else if (plain.length > 0) {
    const without = [...found].filter(([, own]) => own.length === 0);
    if (without.length !== plain.length)
      throw new UserError(
        `${plain.length} files for ${without.length} symbols (${without.map(([symbol]) => symbol).join(', ')}): ` +
          'give one --candles for each in this order, or name them: --candles SYMBOL=FILE',
      );
    without.forEach(([, own], index) => own.push(plain[index] ?? ''));
  }
  const missing = [...found].find(([, own]) => own.length === 0);
  if (missing !== undefined)
    throw new UserError(`${missing[0]} has no market data: give --candles ${missing[0]}=FILE`);
  return found;
}
