import type { DataSource, EntityManager } from 'typeorm';
import { readTradingState, setTradingState } from '@gridfleet/shared/infra';
import {
  GridfleetError,
  type RiskScope,
  type TradingStateChange,
  type TradingStateDto,
} from '@gridfleet/shared/schema';
import type { Publisher } from '../events/publisher.js';
import type { Requester } from '../http/identity.js';
import type { Confirmations } from '../security/confirmation.js';
import { checkScope, type CheckedScope } from './scope.js';

/** What has to be typed before the whole platform stops. */
export const HALT_PHRASE = 'HALT PLATFORM';

/** Trading states as an operator sets them. */
export class TradingStateService {
  readonly #dataSource: DataSource;
  readonly #confirmations: Confirmations;
  readonly #publisher: Publisher;

  constructor(dataSource: DataSource, confirmations: Confirmations, publisher: Publisher) {
    this.#dataSource = dataSource;
    this.#confirmations = confirmations;
    this.#publisher = publisher;
  }

  /** @throws GridfleetError NOT_FOUND */
  async get(userId: number, scope: RiskScope, id?: number): Promise<TradingStateDto> {
    const { manager } = this.#dataSource;
    return read(manager, await checkScope(manager, userId, scope, id));
  }

  /**
   * Takes effect with the commit: every later intent reads it. ACTIVE resumes: limits on losses count from now, and a
   * halt under way ends.
   * @throws GridfleetError NOT_FOUND, CONFIRMATION_REQUIRED (halting the platform)
   */
  async set(
    requester: Requester,
    userId: number,
    scope: RiskScope,
    id: number | undefined,
    change: TradingStateChange,
  ): Promise<TradingStateDto> {
    const { state, reason } = change;
    if (scope === 'platform' && state === 'HALTED')
      await this.#confirmations.require(requester.id, change, HALT_PHRASE);
    const after = await this.#dataSource.transaction(async (manager) => {
      const checked = await checkScope(manager, userId, scope, id);
      const message = reason ?? `Set to ${state} by ${requester.email}.`;
      const why = state === 'ACTIVE' ? null : { code: 'OPERATOR', message };
      await setTradingState(manager, checked.trading, state, why, requester.email);
      if (state === 'ACTIVE') await resume(manager, checked);
      return read(manager, checked);
    });
    if (scope === 'strategy' && id !== undefined) await this.#publisher.desiredStateChanged(id);
    return after;
  }
}

async function resume(manager: EntityManager, { scope, id }: CheckedScope): Promise<void> {
  await manager.query('DELETE FROM risk_state WHERE scope = ? AND scope_id = ?', [scope, id]);
  await manager.query(
    "UPDATE halt SET state = 'ended', done_at = UTC_TIMESTAMP(3) WHERE state = 'running' AND scope = ? AND scope_id = ?",
    [scope, id],
  );
}

async function read(manager: EntityManager, { scope, id, trading }: CheckedScope): Promise<TradingStateDto> {
  const info = await readTradingState(manager, trading);
  if (info === null) throw new GridfleetError('NOT_FOUND', `There is no ${scope} ${id}`);
  return {
    scope,
    id: scope === 'platform' ? null : id,
    state: info.state,
    reason: info.reason,
    changedBy: info.changedBy,
    changedAt: info.changedAt?.toISOString() ?? null,
  };
}
