import { Balances } from './balances.js';
import { toUnits, type Units } from '../venue/units.js';

/** What is needed to open an account at the simulator. */
export interface AccountSpec {
  /** Name of the venue; the main one when it is left out. */
  venue?: string;
  apiKey: string;
  apiSecret: string;
  /** Starting amounts by asset, decimal strings of at most 8 places. */
  balances: Record<string, string>;
  /** Commission of resting orders as a fraction, e.g. "0.0001". */
  makerRate: string;
  /** Commission of orders that take, as a fraction. */
  takerRate: string;
  /** Whether commissions are paid in BNB, at a discount, while there is enough. Default false. */
  bnbFees?: boolean;
  /** The same key's futures wallet, when the venue has futures. */
  futures?: FuturesTerms;
}

/** What an account starts with at USDT-M futures, decimal strings. */
export interface FuturesTerms {
  /** USDT in its wallet. */
  wallet: string;
  makerRate: string;
  takerRate: string;
}

/** Binance's rates of an ordinary account. */
export const STANDARD_FUTURES: FuturesTerms = { wallet: '100000', makerRate: '0.0002', takerRate: '0.0005' };

export interface Account {
  readonly uid: number;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly makerRate: Units;
  readonly takerRate: Units;
  readonly bnbFees: boolean;
  readonly balances: Balances;
  readonly futures: FuturesTerms;
  /** Exchange time of the last change, ms. */
  updateTime: number;
  /** Whether its key was taken away; everything signed with it is refused. */
  revoked: boolean;
}

const KEY = /^[A-Za-z0-9_-]{1,128}$/;
const FIRST_UID = 100_001;

/** The accounts of one venue, by API key. */
export class Accounts {
  readonly #byKey = new Map<string, Account>();

  /**
   * Opens an account with empty balances; the caller books the starting amounts as deposits.
   * @throws RangeError when the key is malformed or taken, or a rate is not a fraction below 1.
   */
  open(spec: Omit<AccountSpec, 'balances'>, now: number): Account {
    if (!KEY.test(spec.apiKey)) throw new RangeError(`apiKey "${spec.apiKey}" must match ${KEY.source}`);
    if (spec.apiSecret === '') throw new RangeError(`account ${spec.apiKey} needs an apiSecret`);
    if (this.#byKey.has(spec.apiKey))
      throw new RangeError(`there is an account with apiKey ${spec.apiKey} already`);
    const account: Account = {
      uid: FIRST_UID + this.#byKey.size,
      apiKey: spec.apiKey,
      apiSecret: spec.apiSecret,
      makerRate: rate(spec.makerRate, 'makerRate'),
      takerRate: rate(spec.takerRate, 'takerRate'),
      bnbFees: spec.bnbFees ?? false,
      balances: new Balances(),
      futures: checkedTerms(spec.futures ?? STANDARD_FUTURES),
      updateTime: now,
      revoked: false,
    };
    this.#byKey.set(account.apiKey, account);
    return account;
  }

  get(apiKey: string): Account | undefined {
    return this.#byKey.get(apiKey);
  }

  all(): Account[] {
    return [...this.#byKey.values()];
  }
}

function rate(text: string, name: string): Units {
  const units = toUnits(text);
  if (units >= toUnits('1')) throw new RangeError(`${name} ${text} must be a fraction below 1`);
  return units;
}

function checkedTerms(terms: FuturesTerms): FuturesTerms {
  toUnits(terms.wallet);
  rate(terms.makerRate, 'futures.makerRate');
  rate(terms.takerRate, 'futures.takerRate');
  return terms;
}
