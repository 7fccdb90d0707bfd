import {
  ExchangeStopRowEntity,
  OrderRowEntity,
  type ExchangeStopRow,
  type OrderRow,
} from '@gridfleet/shared/infra';
import type { Reason } from '@gridfleet/shared/domain';
import { In } from 'typeorm';
import type { RunStore } from './run-store.js';

const REASON_LENGTH = 500;

/** Stops of one strategy that are not over, and the highest generation a stop of it has ever had. */
export interface KnownStops {
  rows: ExchangeStopRow[];
  lastGeneration: number;
}

/** The stops of a strategy in MySQL. Every access checks the fence. */
export class StopStore {
  readonly #store: RunStore;
  readonly #strategyId: number;
  readonly #fence: number;

  constructor(store: RunStore, strategyId: number, fence: number) {
    this.#store = store;
    this.#strategyId = strategyId;
    this.#fence = fence;
  }

  async known(leg: number): Promise<KnownStops> {
    const strategyId = this.#strategyId;
    return this.#store.fenced(strategyId, this.#fence, async (manager) => {
      const repository = manager.getRepository(ExchangeStopRowEntity);
      const states = In(['intent', 'waiting', 'triggered']);
      const rows = await repository.findBy({ strategyId, leg, state: states });
      return { rows, lastGeneration: (await repository.maximum('generation', { strategyId })) ?? 0 };
    });
  }

  /** To be called before the stop is sent: no row, no send. */
  async intend(row: ExchangeStopRow): Promise<void> {
    await this.#store.fenced(this.#strategyId, this.#fence, async (manager) => {
      await manager.getRepository(ExchangeStopRowEntity).insert(row);
    });
  }

  async settle(clientOrderId: string, state: 'waiting' | 'ended', reason: Reason | null): Promise<void> {
    await this.#store.fenced(this.#strategyId, this.#fence, async (manager) => {
      await manager.getRepository(ExchangeStopRowEntity).update(
        { clientOrderId },
        {
          state,
          reasonCode: reason?.code ?? null,
          reasonMessage: reason?.message.slice(0, REASON_LENGTH) ?? null,
          updatedAt: new Date(),
        },
      );
    });
  }

  /** The stop has become an order: from here on it is one of the strategy's, and its trades are booked like theirs. */
  async trigger(clientOrderId: string, order: Omit<OrderRow, 'id'>): Promise<void> {
    await this.#store.fenced(this.#strategyId, this.#fence, async (manager) => {
      await manager.createQueryBuilder().insert().into(OrderRowEntity).values(order).orIgnore().execute();
      const { exchangeOrderId } = order;
      await manager
        .getRepository(ExchangeStopRowEntity)
        .update({ clientOrderId }, { state: 'triggered', exchangeOrderId, updatedAt: new Date() });
    });
  }
}
