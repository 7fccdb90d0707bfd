import type { QueryRunner } from 'typeorm';
import { dec, ZERO, type Decimal } from '@gridfleet/shared/domain';
import { policyKey, type AdmissionView } from './admission.js';
import { Batch, type BatchSender } from './batch.js';
import type { Allocation } from './capital.js';
import type { ScopePolicy } from './policy.js';
import type { OthersUse } from './scope-use.js';

const RECENT_MS = 1_000;
/** The SQL twin of `reducesOnly`: a futures symbol names what it settles in after a colon. */
const OPENS = `(o.reduce_only = 0 AND NOT (o.side = 'sell' AND (o.position_side = 'long' OR o.market NOT LIKE '%:%'))
  AND NOT (o.side = 'buy' AND o.position_side = 'short'))`;
const NOTIONAL = 'COALESCE(o.price, 0) * GREATEST(0, o.quantity - o.filled_quantity)';

interface OrderSums {
  asset: string;
  orders: string;
  notional: string;
  openings: string;
  opening_notional: string;
}
interface PositionSums {
  asset: string;
  positions: string;
  cost: string;
}
interface MemberRow {
  id: number;
  name: string;
  account_id: number;
  asset: string;
  amount: string;
  strategy_id: number;
  used: string;
}

/** Plain reads, because the policy's own lock keeps everybody else's orders from changing what they sum. */
function addSums(batch: Batch, strategyId: number, { table, id }: ScopePolicy, now: number): void {
  const ofAccount = table === 'account';
  const params = ofAccount ? [strategyId, id] : [strategyId];
  batch.add(
    `SELECT SUBSTRING_INDEX(o.market, '/', 1) AS asset, COUNT(*) AS orders, SUM(${NOTIONAL}) AS notional,
        SUM(${OPENS}) AS openings, SUM(IF(${OPENS}, ${NOTIONAL}, 0)) AS opening_notional
       FROM orders o WHERE o.is_final = 0 AND o.strategy_id <> ?${ofAccount ? ' AND o.account_id = ?' : ''} GROUP BY asset`,
    params,
  );
  batch.add(
    `SELECT e.asset, SUM(e.positions) AS positions, SUM(e.position_cost) AS cost FROM strategy_exposure e
      WHERE e.strategy_id <> ?${ofAccount ? ' AND e.account_id = ?' : ''} GROUP BY e.asset`,
    params,
  );
  batch.add(
    `SELECT COUNT(*) AS recent FROM orders o WHERE o.created_at > ? AND o.strategy_id <> ?${ofAccount ? ' AND o.account_id = ?' : ''}`,
    [new Date(now - RECENT_MS), ...params],
  );
}

function othersOf([orders, positions, recent]: readonly unknown[]): OthersUse {
  const assets = new Map<string, { openingNotional: Decimal; positionCost: Decimal }>();
  const of = (asset: string): { openingNotional: Decimal; positionCost: Decimal } => {
    const known = assets.get(asset) ?? { openingNotional: ZERO, positionCost: ZERO };
    assets.set(asset, known);
    return known;
  };
  const use = { openOrders: 0, openNotional: ZERO, openingOrders: 0, openingNotional: ZERO };
  for (const row of orders as OrderSums[]) {
    use.openOrders += Number(row.orders);
    use.openNotional = use.openNotional.plus(dec(row.notional));
    use.openingOrders += Number(row.openings);
    use.openingNotional = use.openingNotional.plus(dec(row.opening_notional));
    of(row.asset).openingNotional = dec(row.opening_notional);
  }
  const held = { positions: 0, positionCost: ZERO };
  for (const row of positions as PositionSums[]) {
    held.positions += Number(row.positions);
    held.positionCost = held.positionCost.plus(dec(row.cost));
    of(row.asset).positionCost = dec(row.cost);
  }
  const [count] = recent as { recent: string }[];
  return { ...use, ...held, assets, recentOrders: Number(count?.recent ?? 0) };
}

const ALLOCATIONS = `SELECT a.id, a.name, a.account_id, a.asset, a.amount, m.strategy_id,
    COALESCE(e.position_cost, 0) + COALESCE((SELECT SUM(${NOTIONAL}) FROM orders o WHERE o.account_id = a.account_id
      AND o.is_final = 0 AND o.side = 'buy' AND o.strategy_id = m.strategy_id), 0) AS used
  FROM capital_allocation a JOIN capital_member m ON m.allocation_id = a.id
  LEFT JOIN strategy_exposure e ON e.strategy_id = m.strategy_id WHERE a.account_id IN (?)`;

/** Rows of members as allocations. */
export function allocationsOf(rows: readonly MemberRow[]): Allocation[] {
  const byId = new Map<number, Allocation & { members: Map<number, Decimal> }>();
  for (const row of rows) {
    const known = byId.get(row.id) ?? {
      id: row.id,
      name: row.name,
      accountId: row.account_id,
      asset: row.asset,
      amount: dec(row.amount),
      members: new Map<number, Decimal>(),
    };
    known.members.set(row.strategy_id, dec(row.used));
    byId.set(row.id, known);
  }
  return [...byId.values()];
}

/** What others have under policies that limit sums. The caller's transaction holds these policies' rows alone. */
export async function readSums(
  send: BatchSender,
  runner: QueryRunner,
  strategyId: number,
  policies: readonly ScopePolicy[],
): Promise<Pick<AdmissionView, 'others' | 'allocations'>> {
  const batch = new Batch();
  const now = Date.now();
  for (const policy of policies) addSums(batch, strategyId, policy, now);
  const accounts = policies.filter(({ capitalVersion }) => capitalVersion > 0).map(({ id }) => id);
  if (accounts.length > 0) batch.add(ALLOCATIONS, [accounts]);
  const answers = await send(runner, batch);
  const others = new Map(
    policies.map((policy, index) => [policyKey(policy), othersOf(answers.slice(index * 3, index * 3 + 3))]),
  );
  const members = accounts.length > 0 ? (answers[policies.length * 3] as MemberRow[]) : [];
  return { others, allocations: allocationsOf(members) };
}
