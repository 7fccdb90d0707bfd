import { command, compute, get } from './client.js';
import type {
  Account,
  AccountCreate,
  AccountUpdate,
  AccountBalance,
  CredentialTest,
  List,
  MarketQuote,
  MarketRules,
} from './types.js';

const path = (id: number, rest = ''): string => `/api/accounts/${id}${rest}`;

export const listAccounts = (signal?: AbortSignal) => get<List<Account>>('/api/accounts', signal);

export const getAccount = (id: number, signal?: AbortSignal) => get<Account>(path(id), signal);

export const createAccount = (body: AccountCreate) => command<Account>('POST', '/api/accounts', body);

export const updateAccount = (id: number, body: AccountUpdate) => command<Account>('PUT', path(id), body);

export const deleteAccount = (id: number) => command<null>('DELETE', path(id));

export const listBalances = (id: number, signal?: AbortSignal) =>
  get<List<AccountBalance>>(path(id, '/balances'), signal);

export const listMarkets = (id: number, signal?: AbortSignal) =>
  get<List<MarketRules>>(path(id, '/markets'), signal);

export const getQuote = (id: number, market: string, signal?: AbortSignal) =>
  get<MarketQuote>(path(id, '/quote'), signal, { market });

/** Tries the stored credentials at the exchange. */
export const testAccount = (id: number, signal?: AbortSignal) =>
  compute<CredentialTest>(path(id, '/test'), undefined, signal);
