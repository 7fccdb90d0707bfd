import type { PlanContext } from '@gridfleet/shared/domain';
import type { CycleRow, FillRow, OrderRow } from '@gridfleet/shared/infra';
import { Batch } from './batch.js';
import type { LiveOrder } from './live-order.js';
import { addAlerts } from './alert-writer.js';
import { addResources } from './resource-writer.js';
import { addCorrections, addRefusals } from './refusal-writer.js';
import { addExposure, addWarnings } from './risk-writer.js';
import { addFinish } from './run-end.js';
import type { RunFrame, StepResult } from './step.js';
import { CYCLE_COLUMNS, cycleRow, FILL_COLUMNS, fillRow, ORDER_COLUMNS, orderValues } from './step-rows.js';

/** Rows a commit created, with their ids, for the event stream. */
export interface Written {
  orders: OrderRow[];
  fills: FillRow[];
  cycles: CycleRow[];
  /** The intents with their row ids. */
  intents: LiveOrder[];
  /** Orders that existed before, in their new version. */
  updated: LiveOrder[];
}

/** Statements that write a step, and how their answers are read once they are committed. */
export interface StepWrite {
  batch: Batch;
  read(answers: readonly unknown[]): Written;
}

function addSlots(batch: Batch, frame: RunFrame, result: StepResult): void {
  if (result.changedSlots.length === 0) return;
  const rows = result.changedSlots.map((slot) => {
    const key = frame.kind.slotKey(frame.context, slot);
    const state = JSON.stringify(result.memory.machine.slots.get(slot));
    return [frame.strategyId, key.leg, key.market, key.positionSide, slot, state];
  });
  batch.add(
    `INSERT INTO slot (strategy_id, leg, market, position_side, slot, state) VALUES ?
       ON DUPLICATE KEY UPDATE state = VALUES(state), version = version + 1`,
    [rows],
  );
}

/** @returns place of the answer that has the rows' ids, null without intents. */
function addIntents(batch: Batch, strategyId: number, intents: readonly LiveOrder[]): number | null {
  if (intents.length === 0) return null;
  batch.add(`INSERT INTO orders (${ORDER_COLUMNS}) VALUES ?`, [intents.map(({ row }) => orderValues(row))]);
  return batch.add(
    'SELECT id, client_order_id FROM orders WHERE strategy_id = ? AND client_order_id IN (?)',
    [strategyId, intents.map(({ row }) => row.clientOrderId)],
  );
}

function withIds(intents: readonly LiveOrder[], answer: unknown): LiveOrder[] {
  const stored = new Map(
    (answer as { id: string; client_order_id: string }[]).map((row) => [row.client_order_id, row.id]),
  );
  return intents.map((intent) => {
    const id = stored.get(intent.row.clientOrderId);
    if (id === undefined) throw new Error(`intent ${intent.row.clientOrderId} was not stored`);
    return { ...intent, row: { ...intent.row, id } };
  });
}

function addOrders(batch: Batch, updated: readonly LiveOrder[]): void {
  for (const { row } of updated) {
    batch.add(
      `UPDATE orders SET exchange_order_id = ?, state = ?, is_final = ?, filled_quantity = ?, filled_quote = ?,
         reason_code = ?, reason_message = ?, updated_at = ?, version = version + 1 WHERE id = ? AND version = ?`,
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
        row.version,
      ],
    );
    batch.expectRows('VERSION', 1);
  }
}

/** One INSERT for each row: its answer carries the id. @returns the rows with the places of their answers. */
function addRows<T extends object>(
  batch: Batch,
  into: string,
  rows: readonly T[],
): { row: T; place: number }[] {
  return rows.map((row) => ({
    row,
    place: batch.add(`INSERT INTO ${into} VALUES (?)`, [Object.values(row)]),
  }));
}

function withInsertIds<T extends object>(
  rows: readonly { row: T; place: number }[],
  answers: readonly unknown[],
): (T & { id: string })[] {
  return rows.map(({ row, place }) => ({
    ...row,
    id: String((answers[place] as { insertId: number | string }).insertId),
  }));
}

/** A payment that is stored already is an error of the batch, like a trade. */
function addFunding(batch: Batch, frame: RunFrame, { funding }: StepResult): void {
  if (funding.length === 0) return;
  batch.add(
    `INSERT INTO funding (account_id, market, payment_id, strategy_id, leg, position_side, amount, asset, time)
       VALUES ?`,
    [
      funding.map(({ leg, positionSide, payment: { id, market, amount, asset, time } }) => [
        frame.accountIds[leg] ?? 0,
        market,
        id,
        frame.strategyId,
        leg,
        positionSide,
        amount,
        asset,
        new Date(time),
      ]),
    ],
  );
}

/** The version tells readers whether what they have worked out from slots, header and fills still holds. */
function addHeader(batch: Batch, frame: RunFrame, result: StepResult, now: Date): void {
  if (result.headerChanged) {
    batch.add(
      'UPDATE strategy_state SET header = ?, updated_at = ?, version = version + 1 WHERE strategy_id = ?',
      [JSON.stringify(result.memory.machine.header), now, frame.strategyId],
    );
  } else {
    batch.add('UPDATE strategy_state SET updated_at = ?, version = version + 1 WHERE strategy_id = ?', [
      now,
      frame.strategyId,
    ]);
  }
}

/** Writes the state a strategy or a new revision begins with; slots of an earlier revision go. */
export function addNewState(
  batch: Batch,
  strategyId: number,
  revision: number,
  context: PlanContext,
  header: unknown,
  now: Date,
): void {
  batch.add('DELETE FROM slot WHERE strategy_id = ?', [strategyId]);
  batch.add(
    `INSERT INTO strategy_state (strategy_id, revision, context, header, updated_at) VALUES (?, ?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE revision = VALUES(revision), context = VALUES(context), header = VALUES(header),
         updated_at = VALUES(updated_at), version = version + 1`,
    [strategyId, revision, JSON.stringify(context), JSON.stringify(header), now],
  );
}

/**
 * A step as statements, whole. A trade id that is stored already is an error of the batch: memory and database
 * disagree, and the run must reload.
 */
export function stepStatements(frame: RunFrame, result: StepResult, now: Date): StepWrite {
  const batch = new Batch();
  // Scarce things first: a batch that cannot have them has changed nothing else yet.
  addResources(batch, result.resources);
  addSlots(batch, frame, result);
  addHeader(batch, frame, result, now);
  const fresh = new Set(result.intents.map(({ row }) => row.clientOrderId));
  const updated = result.updated.filter(({ row }) => !fresh.has(row.clientOrderId));
  addOrders(batch, updated);
  const ids = addIntents(batch, frame.strategyId, result.intents);
  const fills = addRows(batch, `fill (${FILL_COLUMNS})`, result.fills.map(fillRow));
  const cycles = addRows(
    batch,
    `cycle (${CYCLE_COLUMNS})`,
    result.cycles.map((cycle) => cycleRow(frame, cycle, now)),
  );
  addFunding(batch, frame, result);
  addRefusals(batch, frame.strategyId, result, now);
  addCorrections(batch, result.corrections, now);
  addAlerts(batch, frame.strategyId, result.alerts, now);
  addExposure(batch, frame, result, now);
  addWarnings(batch, frame.strategyId, result.warnings, now);
  if (result.finish !== null) addFinish(batch, frame, result.finish);
  return {
    batch,
    read: (answers) => {
      const intents = ids === null ? [] : withIds(result.intents, answers[ids]);
      const current = updated.map((order) => ({
        ...order,
        row: { ...order.row, version: order.row.version + 1 },
      }));
      return {
        orders: [...current, ...intents].map(({ row }) => row),
        fills: withInsertIds(fills, answers),
        cycles: withInsertIds(cycles, answers),
        intents,
        updated: current,
      };
    },
  };
}
