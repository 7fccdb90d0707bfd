import type { DecimalString } from '../numbers/decimal.js';
import type { Side } from '../order/order.js';

/** Why a plan is refused; `level` is the index of the level concerned, absent when it is the plan as a whole. */
export interface Refusal {
  code: string;
  message: string;
  /** Parameter to change, as a JSON path such as "params.lower". */
  field?: string;
  level?: number;
}

export interface PlanLevel {
  /** Cell index. */
  cell: number;
  side: Side;
  /** Price of the first order of the cell, quote. */
  price: DecimalString;
  buyPrice: DecimalString;
  sellPrice: DecimalString;
  quantity: DecimalString;
  /** Funds the first order reserves, and their asset. */
  reserved: DecimalString;
  reservedAsset: string;
  /** Whether the cell starts with base from the initial inventory. */
  holdsBase: boolean;
}

export interface PlanRequirement {
  leg: number;
  asset: string;
  amount: DecimalString;
}

/** What a strategy would do at its start, and whether it may. */
export interface Plan {
  levels: PlanLevel[];
  requirements: PlanRequirement[];
  /** Base to buy at the start, 0 when none. */
  initialPurchase: DecimalString;
  cycle: {
    /** Smallest over all cells, in quote: gross, both maker fees, net; net as a percentage of the buy's notional. */
    gross: DecimalString;
    fees: DecimalString;
    net: DecimalString;
    netPercent: DecimalString;
  } | null;
  /** Smallest step ratio between two levels that pays both fees. */
  breakEvenRatio: DecimalString | null;
  /** Base held when every opening order has filled (negative: short), and its value at the losing end of the range. */
  worstCase: { base: DecimalString; valueAtLower: DecimalString } | null;
  /** Perpetuals: where the position would be liquidated with every order filled, estimated; absent on spot. */
  liquidationPrice?: DecimalString | null;
  refusals: Refusal[];
}
