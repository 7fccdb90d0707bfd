import type { IdSource } from '../venue/id-source.js';
import { STANDARD_FUTURES, type AccountSpec, type FuturesTerms } from './accounts.js';

/** Binance's keys and secrets have 64 letters and digits. */
const KEY_LENGTH = 64;
const DEFAULT_RATES = { makerRate: '0.0001', takerRate: '0.001' };
const DEFAULT_BALANCES = { USDT: '100000', BTC: '1' };
const AMOUNT = /^\d{1,20}(\.\d{1,8})?$/;

/** An account with a random key and enough to trade with. */
export function generatedAccount(ids: IdSource): AccountSpec {
  return {
    apiKey: ids.text(KEY_LENGTH),
    apiSecret: ids.text(KEY_LENGTH),
    balances: DEFAULT_BALANCES,
    ...DEFAULT_RATES,
  };
}

/** Reads an account description; what is missing gets the default. @throws RangeError naming the wrong field. */
export function readAccountSpec(value: unknown, ids: IdSource): AccountSpec {
  if (typeof value !== 'object' || value === null) throw new RangeError('an account must be an object');
  const fields = value as Partial<Record<keyof AccountSpec, unknown>>;
  const generated = generatedAccount(ids);
  const text = (name: 'apiKey' | 'apiSecret' | 'makerRate' | 'takerRate'): string => {
    const field = fields[name];
    if (field === undefined) return generated[name];
    if (typeof field !== 'string' || field === '') throw new RangeError(`${name} must be a text`);
    return field;
  };
  const rate = (name: 'makerRate' | 'takerRate'): string => {
    const field = text(name);
    if (!AMOUNT.test(field))
      throw new RangeError(`${name} "${field}" must be a decimal text of at most 8 places`);
    return field;
  };
  const { venue } = fields;
  if (venue !== undefined && typeof venue !== 'string') throw new RangeError('venue must be a text');
  const { bnbFees } = fields;
  if (bnbFees !== undefined && typeof bnbFees !== 'boolean')
    throw new RangeError('bnbFees must be true or false');
  return {
    ...(bnbFees === undefined ? {} : { bnbFees }),
    ...(venue === undefined ? {} : { venue }),
    apiKey: text('apiKey'),
    apiSecret: text('apiSecret'),
    balances: fields.balances === undefined ? generated.balances : readBalances(fields.balances),
    makerRate: rate('makerRate'),
    takerRate: rate('takerRate'),
    ...(fields.futures === undefined ? {} : { futures: readFutures(fields.futures) }),
  };
}

function readFutures(value: unknown): FuturesTerms {
  if (typeof value !== 'object' || value === null) throw new RangeError('futures must be an object');
  const terms = { ...STANDARD_FUTURES };
  for (const [name, amount] of Object.entries(value)) {
    if (!Object.hasOwn(terms, name)) throw new RangeError(`futures.${name} is not known`);
    if (typeof amount !== 'string' || !AMOUNT.test(amount)) {
      throw new RangeError(`futures.${name} must be a decimal text of at most 8 places`);
    }
    terms[name as keyof FuturesTerms] = amount;
  }
  return terms;
}

function readBalances(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null)
    throw new RangeError('balances must be an object of decimal texts');
  const balances: Record<string, string> = {};
  for (const [asset, amount] of Object.entries(value)) {
    if (typeof amount !== 'string' || !AMOUNT.test(amount)) {
      throw new RangeError(`balances.${asset} must be a decimal text of at most 8 places`);
    }
    balances[asset] = amount;
  }
  return balances;
}
