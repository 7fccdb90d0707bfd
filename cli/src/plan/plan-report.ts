import { dec, decStr, type Plan } from '@gridfleet/shared/domain';
import type { StrategyConfig } from '@gridfleet/shared/schema';

/** What `gridfleet plan --json` prints: money as decimal strings; `cell` is null when the plan as a whole is meant. */
export interface PlanReport {
  ok: boolean;
  kind: string;
  symbol: string;
  price: string;
  /** Every price the plan has orders at, ascending. */
  levels: string[];
  /** The first order of each cell. */
  orders: {
    cell: number;
    side: 'BUY' | 'SELL';
    price: string;
    quantity: string;
    reserved: string;
    reservedAsset: string;
  }[];
  requiredQuote: string;
  requiredBase: string;
  initialPurchase: string;
  /** The least profitable cell's, in quote; `netPct` of the opening order's notional. */
  cycle: { gross: string; fees: string; net: string; netPct: string } | null;
  /** Smallest step between two levels that pays both fees, percent. */
  breakEvenStepPct: string | null;
  worstCase: { base: string; valueAtLower: string } | null;
  refusals: { code: string; cell: number | null; field: string | null; message: string }[];
}

function required(plan: Plan, asset: string): string {
  const needs = plan.requirements.filter((need) => need.asset === asset);
  return decStr(needs.reduce((total, need) => total.plus(need.amount), dec('0')));
}

/** The plan in the command's words. */
export function planReport(config: StrategyConfig, price: string, plan: Plan): PlanReport {
  const prices = new Set(plan.levels.flatMap(({ buyPrice, sellPrice }) => [buyPrice, sellPrice]));
  return {
    ok: plan.refusals.length === 0,
    kind: config.kind.kind,
    symbol: config.symbol,
    price,
    levels: [...prices].sort((a, b) => dec(a).cmp(dec(b))),
    orders: plan.levels.map(({ cell, side, price: at, quantity, reserved, reservedAsset }) => ({
      cell,
      side: side === 'buy' ? 'BUY' : 'SELL',
      price: at,
      quantity,
      reserved,
      reservedAsset,
    })),
    requiredQuote: required(plan, config.market.quote),
    requiredBase: required(plan, config.market.base),
    initialPurchase: plan.initialPurchase,
    cycle:
      plan.cycle === null
        ? null
        : {
            gross: plan.cycle.gross,
            fees: plan.cycle.fees,
            net: plan.cycle.net,
            netPct: plan.cycle.netPercent,
          },
    breakEvenStepPct:
      plan.breakEvenRatio === null ? null : decStr(dec(plan.breakEvenRatio).minus(1).times(100)),
    worstCase: plan.worstCase,
    refusals: plan.refusals.map(({ code, level, field, message }) => ({
      code,
      cell: level ?? null,
      field: field ?? null,
      message,
    })),
  };
}
