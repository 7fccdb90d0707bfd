import type { EntityManager } from 'typeorm';
import { decStr, dec, roundTo, type PlanContext } from '@gridfleet/shared/domain';
import { OrderRowEntity, type CycleRow, type FillRow, type OrderRow } from '@gridfleet/shared/infra';
import { In } from 'typeorm';
import type { LiveOrder } from './live-order.js';
import type { BookedFill, RunFrame, StepResult } from './step.js';

/** Decimal places of a money column. */
const PLACES = 18;

/** Rows a commit created, with their ids, for the event stream. */
export interface Written {
  orders: OrderRow[];
  fills: FillRow[];
  cycles: CycleRow[];
  /** The intents with their row ids. */
  intents: LiveOrder[];
}

async function writeSlots(manager: EntityManager, frame: RunFrame, result: StepResult): Promise<void> {
  if (result.changedSlots.length === 0) return;
  const rows = result.changedSlots.map((slot) => {
    const key = frame.kind.slotKey(frame.context, slot);
    const state = JSON.stringify(result.memory.machine.slots.get(slot));
    return [frame.strategyId, key.leg, key.market, key.positionSide, slot, state];
  });
  await manager.query(
    `INSERT INTO slot (strategy_id, leg, market, position_side, slot, state) VALUES ?
       ON DUPLICATE KEY UPDATE state = VALUES(state), version = version + 1`,
    [rows],
  );
}

async function writeIntents(manager: EntityManager, intents: readonly LiveOrder[]): Promise<LiveOrder[]> {
  if (intents.length === 0) return [];
  const rows = intents.map(({ row }) => {
    const { id: _unset, ...columns } = row;
    return columns;
  });
  await manager.createQueryBuilder().insert().into(OrderRowEntity).values(rows).updateEntity(false).execute();
  const stored = await manager.getRepository(OrderRowEntity).find({
    where: { clientOrderId: In(intents.map(({ row }) => row.clientOrderId)) },
    select: { id: true, clientOrderId: true, accountId: true },
  });
  return intents.map((intent) => {
    const match = stored.find(
      (row) => row.clientOrderId === intent.row.clientOrderId && row.accountId === intent.row.accountId,
    );
    if (match === undefined) throw new Error(`intent ${intent.row.clientOrderId} was not stored`);
    return { ...intent, row: { ...intent.row, id: match.id } };
  });
}

async function writeOrders(manager: EntityManager, updated: readonly LiveOrder[]): Promise<void> {
  for (const { row } of updated) {
    await manager.query(
      `UPDATE orders SET exchange_order_id = ?, state = ?, is_final = ?, filled_quantity = ?, filled_quote = ?,
         reason_code = ?, reason_message = ?, updated_at = ? WHERE id = ?`,
      [
        row.exchangeOrderId,
        row.state,
        row.isFinal,
        row.filledQuantity,
        row.filledQuote,
        row.reasonCode,
        row.reasonMessage,
        row.updatedAt,
        row.id,
      ],
    );
  }
}

function fillRow({ order, fill }: BookedFill): Omit<FillRow, 'id'> {
  const { row } = order;
  return {
    orderId: row.id,
    strategyId: row.strategyId,
    accountId: row.accountId,
    leg: row.leg,
    market: row.market,
    positionSide: row.positionSide,
    slot: row.slot,
    side: row.side,
    tradeId: fill.tradeId,
    price: fill.price,
    quantity: fill.quantity,
    amount: fill.quoteQuantity,
    fee: fill.fee,
    feeAsset: fill.feeAsset,
    feeQuote: decStr(roundTo(dec(fill.feeQuote), PLACES)),
    maker: fill.maker,
    time: new Date(fill.time),
  };
}

const FILL_COLUMNS = `order_id, strategy_id, account_id, leg, market, position_side, slot, side, trade_id, price, quantity,
  amount, fee, fee_asset, fee_quote, maker, time`;

/** A trade id that is stored already is an error here: memory and database disagree, and the run must reload. */
async function writeFills(manager: EntityManager, fills: readonly BookedFill[]): Promise<FillRow[]> {
  const written: FillRow[] = [];
  for (const booked of fills) {
    const row = fillRow(booked);
    const answer: { insertId: number | string } = await manager.query(
      `INSERT INTO fill (${FILL_COLUMNS}) VALUES (?)`,
      [Object.values(row)],
    );
    written.push({ ...row, id: String(answer.insertId) });
  }
  return written;
}

async function writeCycles(
  manager: EntityManager,
  frame: RunFrame,
  cycles: StepResult['cycles'],
  now: Date,
): Promise<CycleRow[]> {
  const written: CycleRow[] = [];
  for (const { key, cycle } of cycles) {
    const row: Omit<CycleRow, 'id'> = {
      strategyId: frame.strategyId,
      runId: frame.runId,
      leg: key.leg,
      market: key.market,
      positionSide: key.positionSide,
      slot: key.slot,
      generation: cycle.generation,
      part: cycle.part,
      buyPrice: cycle.buyPrice,
      sellPrice: cycle.sellPrice,
      quantity: cycle.quantity,
      gross: cycle.gross,
      fees: cycle.fees,
      net: cycle.net,
      completedAt: now,
    };
    const answer: { insertId: number | string } = await manager.query(
      `INSERT INTO cycle (strategy_id, run_id, leg, market, position_side, slot, generation, part, buy_price, sell_price,
         quantity, gross, fees, net, completed_at) VALUES (?)`,
      [Object.values(row)],
    );
    written.push({ ...row, id: String(answer.insertId) });
  }
  return written;
}

async function writeHeader(
  manager: EntityManager,
  frame: RunFrame,
  result: StepResult,
  now: Date,
): Promise<void> {
  if (result.headerChanged) {
    await manager.query('UPDATE strategy_state SET header = ?, updated_at = ? WHERE strategy_id = ?', [
      JSON.stringify(result.memory.machine.header),
      now,
      frame.strategyId,
    ]);
  } else {
    await manager.query('UPDATE strategy_state SET updated_at = ? WHERE strategy_id = ?', [
      now,
      frame.strategyId,
    ]);
  }
}

/** Writes the state a strategy or a new revision begins with; slots of an earlier revision go. */
export async function writeNewState(
  manager: EntityManager,
  strategyId: number,
  revision: number,
  context: PlanContext,
  header: unknown,
  now: Date,
): Promise<void> {
  await manager.query('DELETE FROM slot WHERE strategy_id = ?', [strategyId]);
  await manager.query(
    `INSERT INTO strategy_state (strategy_id, revision, context, header, updated_at) VALUES (?, ?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE revision = VALUES(revision), context = VALUES(context), header = VALUES(header),
         updated_at = VALUES(updated_at)`,
    [strategyId, revision, JSON.stringify(context), JSON.stringify(header), now],
  );
}

/** Writes a step whole, inside the caller's fenced transaction. */
export async function writeStep(
  manager: EntityManager,
  frame: RunFrame,
  result: StepResult,
  now: Date,
): Promise<Written> {
  await writeSlots(manager, frame, result);
  await writeHeader(manager, frame, result, now);
  // An intent that ended in the same step (a denial) was never written; only stored orders are updated.
  const fresh = new Set(result.intents.map(({ row }) => row.clientOrderId));
  const updated = result.updated.filter(({ row }) => !fresh.has(row.clientOrderId));
  await writeOrders(manager, updated);
  const intents = await writeIntents(manager, result.intents);
  const fills = await writeFills(manager, result.fills);
  const cycles = await writeCycles(manager, frame, result.cycles, now);
  return { orders: [...updated, ...intents].map(({ row }) => row), fills, cycles, intents };
}
