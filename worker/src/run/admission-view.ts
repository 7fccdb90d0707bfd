import type { Decimal, LimitUse } from '@gridfleet/shared/domain';
import type { Allocation } from './capital.js';
import type { ScopePolicy } from './policy.js';
import type { OthersUse } from './scope-use.js';

/** What an account has of a resource, as the transaction that writes the intents has locked it. */
export interface Holding {
  total: Decimal;
  foreignLocked: Decimal;
  reserved: Decimal;
  /** Venue balances of this moment are in `total`; only later trades change it. */
  readAt: number;
}

/** What a step may rely on. */
export interface AdmissionView {
  /** Platform, strategy and the accounts of its legs. */
  policies: readonly ScopePolicy[];
  /**
   * By `resourceKey`; a resource without entry is not limited. Null in a first try without locks: then the batch's own
   * guard decides whether it is enough.
   */
  holdings: ReadonlyMap<string, Holding> | null;
  /** What other strategies have under policies that limit sums, by `policyKey`; read under those policies' locks. */
  others?: ReadonlyMap<string, OthersUse>;
  /** Money set aside on the accounts, with what its owners use; empty or absent without any. */
  allocations?: readonly Allocation[];
}

export function policyKey({ table, id }: Pick<ScopePolicy, 'table' | 'id'>): string {
  return `${table} ${id}`;
}

/** A limit that an order nearly used up. */
export interface LimitWarning {
  policy: ScopePolicy;
  use: LimitUse;
}

export function resourceKey(accountId: number, resource: string): string {
  return `${accountId} ${resource}`;
}

/** A booked trade's effect on what an account has, if the balances were read before it. */
export interface HoldingChange {
  amount: Decimal;
  time: number;
}

export interface ResourceChange {
  accountId: number;
  resource: string;
  /** Change of what our unfinished orders hold. */
  reserved: Decimal;
  holdings: HoldingChange[];
  /** New orders take of it, and nobody has looked yet whether there is enough. */
  isUnjudged: boolean;
}

export interface MarketQuote {
  bid: Decimal;
  ask: Decimal;
}
