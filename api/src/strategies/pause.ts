import type { DataSource } from 'typeorm';
import { readTradingState, setTradingState, StrategyRepository } from '@gridfleet/shared/infra';
import { GridfleetError } from '@gridfleet/shared/schema';
import type { Publisher } from '../events/publisher.js';
import { strategyDeleted, strategyNotFound } from './strategy-errors.js';

/** Code of the reason for which a paused strategy is halted. */
const PAUSED = 'PAUSED';

/**
 * A pause is a halt of one strategy by its owner: it keeps its node, its resting orders stay and fill, nothing new is
 * sent. The intent transaction reads the state, so it holds from its commit on, on whatever node the strategy runs.
 */
export class StrategyPause {
  readonly #dataSource: DataSource;
  readonly #publisher: Publisher;

  constructor(dataSource: DataSource, publisher: Publisher) {
    this.#dataSource = dataSource;
    this.#publisher = publisher;
  }

  /** A paused strategy stays as it is. @throws GridfleetError NOT_FOUND, STRATEGY_DELETED, TRADING_HALTED */
  async pause(userId: number, by: string, id: number): Promise<void> {
    await this.#change(userId, by, id, 'ACTIVE');
  }

  /** A strategy that is not paused stays as it is. @throws as `pause`; TRADING_HALTED when something else halts it */
  async resume(userId: number, by: string, id: number): Promise<void> {
    await this.#change(userId, by, id, 'HALTED');
  }

  async #change(userId: number, by: string, id: number, from: 'ACTIVE' | 'HALTED'): Promise<void> {
    await this.#dataSource.transaction(async (tx) => {
      const row = await new StrategyRepository(tx).lock(userId, id);
      if (row === null) throw strategyNotFound(id);
      if (row.deletedAt !== null) throw strategyDeleted(id);
      const scope = { of: 'strategy', id } as const;
      const now = await readTradingState(tx, scope);
      const isPaused = now?.state === 'HALTED' && now.reason?.code === PAUSED;
      if (now?.state !== 'ACTIVE' && !isPaused) {
        const why = now?.reason === null ? '' : `: ${now?.reason.message ?? ''}`;
        throw new GridfleetError('TRADING_HALTED', `Strategy ${id} is ${now?.state ?? 'halted'}${why}`);
      }
      if (isPaused === (from === 'ACTIVE')) return;
      const reason = {
        code: PAUSED,
        message: 'Paused by its owner: resting orders stay, nothing new is sent.',
      };
      if (from === 'ACTIVE') await setTradingState(tx, scope, 'HALTED', reason, by);
      else await setTradingState(tx, scope, 'ACTIVE', null, by);
    });
    await this.#publisher.desiredStateChanged(id);
  }
}
