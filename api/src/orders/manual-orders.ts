import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { dec, decStr, Decimal, heldMarket, kindNamed } from '@gridfleet/shared/domain';
import {
  AccountRepository,
  orderDto,
  OrderRowEntity,
  RunRepository,
  StrategyRepository,
  type OrderRow,
} from '@gridfleet/shared/infra';
import {
  GridfleetError,
  closePhrase,
  orderPhrase,
  type ClosePositionRequest,
  type ManualOrder,
  type ManualOrderRequest,
  type Order,
} from '@gridfleet/shared/schema';
import { accountNotFound } from '../accounts/account-service.js';
import { failureError } from '../accounts/account-venue.js';
import type { Requester } from '../http/identity.js';
import type { RunQueue } from '../runs/run-queue.js';
import type { Confirmations } from '../security/confirmation.js';
import { planRefused, type CheckedPlan, type PlanCheck } from '../strategies/plan-check.js';
import { refuseUnlessTradable, type StrategyRunner } from '../strategies/run-strategy.js';
import { strategyRunning } from '../strategies/strategy-errors.js';
import type { StrategyReader } from '../strategies/strategy-reader.js';
import type { TradeLists } from '../trades/trade-lists.js';
import type { VenueQueryClient } from '../venue-queries/client.js';

const KIND = 'single-order';
const LOOK_EVERY_MS = 50;
const UNDECIDED: ReadonlySet<string> = new Set(['intent', 'sent']);

/** An order without the proof that somebody means it. */
type PlainOrder = Omit<ManualOrderRequest, 'confirmation' | 'tradingPassword'>;

export interface ManualOrdersDeps {
  dataSource: DataSource;
  planCheck: PlanCheck;
  runQueue: RunQueue;
  runner: StrategyRunner;
  reader: StrategyReader;
  tradeLists: TradeLists;
  venueQueries: VenueQueryClient;
  confirmations: Confirmations;
  /** The answer waits this long for the order to be accepted or refused, ms; it goes on without us. */
  patienceMs: number;
}

/**
 * Orders of operators. Each is carried by a strategy of its own that nobody sees in the list, so that it takes the path of
 * every order: trading states, limits, reservations, intent, fence, reconciliation, and another node when one dies.
 */
export class ManualOrders {
  readonly #deps: ManualOrdersDeps;

  constructor(deps: ManualOrdersDeps) {
    this.#deps = deps;
  }

  /** @throws GridfleetError CONFIRMATION_REQUIRED, PLAN_REFUSED, ACCOUNT_INACTIVE, TRADING_HALTED, and as PlanCheck.plan */
  async place(requester: Requester, userId: number, request: ManualOrderRequest): Promise<ManualOrder> {
    const { confirmation, tradingPassword, ...order } = request;
    const given = { confirmation, tradingPassword };
    await this.#deps.confirmations.requireOfPerson(requester, given, orderPhrase(order));
    return this.#place(userId, order);
  }

  async #place(userId: number, request: PlainOrder): Promise<ManualOrder> {
    const { dataSource, runQueue } = this.#deps;
    const checked = await this.#checked(userId, request);
    const name = `${request.side} ${request.quantity} ${request.market}`.slice(0, 100);
    const { strategyId, runId } = await dataSource.transaction(async (tx) => {
      const strategies = new StrategyRepository(tx);
      const row = { userId, name, kind: KIND, params: checked.params, isSystem: true };
      const id = await strategies.insert(row, checked.legs);
      const inserted = await strategies.find(userId, id);
      if (inserted === null) throw new GridfleetError('INTERNAL', 'The order was not stored');
      await refuseUnlessTradable(tx, inserted, 'lock');
      const run = await new RunRepository(tx).insertQueued(id);
      await strategies.update(id, { desiredState: 'running', currentRunId: run });
      return { strategyId: id, runId: run };
    });
    await runQueue.enqueue(strategyId, runId, { workerName: null, labels: [] });
    return this.#outcome(userId, strategyId);
  }

  /**
   * Cancels an operator's order.
   * @throws GridfleetError NOT_FOUND, ORDER_ENDED, STRATEGY_RUNNING (an order of a strategy: it would place it again)
   */
  async cancel(userId: number, orderId: string): Promise<Order> {
    const { tradeLists, runner, dataSource } = this.#deps;
    const row = await tradeLists.orderRow(userId, orderId);
    if (row.isFinal) throw new GridfleetError('ORDER_ENDED', `Order ${orderId} is over (${row.state})`);
    const strategy = await new StrategyRepository(dataSource.manager).find(userId, row.strategyId);
    if (strategy?.isSystem !== true) throw strategyRunning(row.strategyId, `looks after order ${orderId}`);
    await runner.stop(userId, row.strategyId, { orders: 'cancel-orders' });
    const deadline = performance.now() + this.#deps.patienceMs;
    for (;;) {
      const now = await tradeLists.orderRow(userId, orderId);
      if (now.isFinal || performance.now() > deadline) return orderDto(now);
      await delay(LOOK_EVERY_MS);
    }
  }

  /** @throws GridfleetError NOTHING_TO_CLOSE, and as `place` or StrategyRunner */
  async close(requester: Requester, userId: number, request: ClosePositionRequest): Promise<ManualOrder> {
    const { reader, runner, confirmations } = this.#deps;
    await confirmations.requireOfPerson(requester, request, closePhrase(request));
    if ('strategyId' in request) {
      const { strategyId } = request;
      const { isRunning, position } = await reader.status(userId, strategyId);
      if (!isRunning && dec(position).isZero())
        throw new GridfleetError('NOTHING_TO_CLOSE', `Strategy ${strategyId} holds nothing`);
      // A stopped strategy closes by itself, too: it is started only to end.
      if (!isRunning) await runner.start(userId, strategyId);
      const { runId, state, reason } = await runner.stop(userId, strategyId, { orders: 'sell' });
      return { strategyId, runId, state, reason, order: null };
    }
    const { accountId, market } = request;
    const quantity = request.quantity ?? (await this.#freeBase(userId, accountId, market));
    return this.#place(userId, { accountId, market, side: 'sell', type: 'market', quantity });
  }

  /** What is free of the market's base, in whole steps. */
  async #freeBase(userId: number, accountId: number, market: string): Promise<string> {
    const { dataSource, venueQueries } = this.#deps;
    const account = await new AccountRepository(dataSource.manager).find(userId, accountId);
    if (account === null) throw accountNotFound(accountId);
    if (heldMarket(market).type !== 'spot') {
      const field = 'body.market';
      const message = `${field} is a contract: close the strategy that holds it, or place a reduce-only order.`;
      throw new GridfleetError('VALIDATION_FAILED', 'A contract has no free holdings', [
        { field, code: 'CONTRACT', message },
      ]);
    }
    const answer = await venueQueries.ask('leg-context', { accountId, market });
    if (!answer.ok) throw failureError(answer, { MARKET_UNKNOWN: 'body.market' });
    const { stepSize, maxQuantity } = answer.market;
    const free = Decimal.min(answer.baseFree, maxQuantity).div(stepSize).floor().times(stepSize);
    if (free.isZero())
      throw new GridfleetError('NOTHING_TO_CLOSE', `Account ${accountId} has no free ${answer.market.base}`);
    return decStr(free);
  }

  async #checked(userId: number, request: PlainOrder): Promise<CheckedPlan> {
    const { accountId, market, ...params } = request;
    const { dataSource, planCheck } = this.#deps;
    if ((await new AccountRepository(dataSource.manager).find(userId, accountId)) === null)
      throw accountNotFound(accountId);
    const input = { kind: KIND, params, legs: [{ accountId, market }] };
    const checked = await planCheck.plan(userId, input, kindNamed).catch((error: unknown) => {
      throw flattened(error);
    });
    const { refusals } = checked.plan;
    if (refusals.length > 0) throw flattened(planRefused(refusals, 'body.'));
    return checked;
  }

  /** Waits until the order is accepted or refused, or patience ends. */
  async #outcome(userId: number, strategyId: number): Promise<ManualOrder> {
    const { dataSource, reader } = this.#deps;
    const deadline = performance.now() + this.#deps.patienceMs;
    for (;;) {
      const row = await dataSource.manager.findOne(OrderRowEntity, {
        where: { strategyId },
        order: { id: 'DESC' },
      });
      const { runId, state, reason } = await reader.status(userId, strategyId);
      // What cannot rest is over in a moment; a resting order has come as far as it can.
      const isResting = row !== null && !UNDECIDED.has(row.state) && canRest(row);
      const isDecided = row?.isFinal === true || isResting;
      if (isDecided || state === 'failed' || state === 'stopped' || performance.now() > deadline) {
        return { strategyId, runId, state, reason, order: row === null ? null : orderDto(row) };
      }
      await delay(LOOK_EVERY_MS);
    }
  }
}

function canRest({ type, timeInForce }: OrderRow): boolean {
  return type === 'limit' && timeInForce === 'GTC';
}

/** Errors name the fields of this request: it has no legs and no params. */
function flattened(error: unknown): unknown {
  if (!(error instanceof GridfleetError)) return error;
  const details = error.details.map((detail) => ({
    ...detail,
    field: detail.field.replace(/^body\.(?:params|legs\.0)(?:\.|$)/, 'body.').replace(/\.$/, ''),
    message: detail.message.replace(/body\.params\./g, 'body.'),
  }));
  return new GridfleetError(error.code, error.message, details, { cause: error });
}
