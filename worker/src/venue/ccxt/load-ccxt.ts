import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { binance, pro } from 'ccxt';

export type BinanceClass = typeof pro.binance;
export type BinanceClient = InstanceType<BinanceClass>;
export type CcxtErrors = Pick<
  typeof import('ccxt'),
  | 'BaseError'
  | 'ExchangeError'
  | 'OperationFailed'
  | 'NetworkError'
  | 'DDoSProtection'
  | 'RateLimitExceeded'
  | 'InvalidNonce'
  | 'AuthenticationError'
  | 'InsufficientFunds'
  | 'OrderNotFound'
  | 'OrderImmediatelyFillable'
  | 'BadSymbol'
  | 'RequestTimeout'
  | 'ExchangeNotAvailable'
>;
export type Spot = binance;

/**
 * Loads one exchange class instead of all hundred: 75 MB of memory instead of 130. The package exports only its
 * root, so the file is found beside it. Errors come from the same tree, else `instanceof` would not hold.
 */
async function load(path: string): Promise<Record<string, unknown>> {
  const root = createRequire(import.meta.url).resolve('ccxt');
  return (await import(new URL(`../js/src/${path}`, pathToFileURL(root)).href)) as Record<string, unknown>;
}

export interface LoadedBinance {
  Binance: BinanceClass;
  errors: CcxtErrors;
}

/** @param id `binance` (spot) or `binanceusdm`, whose class is the same with other defaults */
export async function loadBinance(id: 'binance' | 'binanceusdm' = 'binance'): Promise<LoadedBinance> {
  const [exchange, errors] = await Promise.all([load(`pro/${id}.js`), load('base/errors.js')]);
  return { Binance: exchange.default as BinanceClass, errors: errors as unknown as CcxtErrors };
}
