import type { Exchange } from 'ccxt';
import { load, type CcxtErrors } from '../load-ccxt.js';

export type ExchangeClass = new (config: Record<string, unknown>) => Exchange;

export interface LoadedExchange {
  Exchange: ExchangeClass;
  errors: UnifiedErrors;
}

export type UnifiedErrors = CcxtErrors &
  Pick<
    typeof import('ccxt'),
    'BadRequest' | 'DuplicateOrderId' | 'InvalidOrder' | 'MarketClosed' | 'NotSupported' | 'PermissionDenied'
  >;

/** The class of an exchange with its streams where it has some, else without. */
export async function loadExchange(id: string): Promise<LoadedExchange> {
  if (!/^[a-z0-9]+$/.test(id)) throw new RangeError(`"${id}" is no exchange id`);
  const [exchange, errors] = await Promise.all([
    load(`pro/${id}.js`).catch(() => load(`${id}.js`)),
    load('base/errors.js'),
  ]);
  return {
    Exchange: exchange.default as ExchangeClass,
    errors: errors as unknown as UnifiedErrors,
  };
}
