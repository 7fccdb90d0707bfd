import type { DataSource } from 'typeorm';
import { setTradingState } from '@gridfleet/shared/infra';
import {
  GridfleetError,
  type HaltDto,
  type HaltOrders,
  type HaltProgress,
  type HaltRequest,
  type RiskScope,
} from '@gridfleet/shared/schema';
import { requireOwner } from '../http/access.js';
import type { Requester } from '../http/identity.js';
import type { Confirmations } from '../security/confirmation.js';
import { checkScope } from './scope.js';
import { HALT_PHRASE } from './trading-state-service.js';

interface HaltRow {
  id: number;
  scope: RiskScope;
  scope_id: number;
  user_id: number;
  actor: string;
  orders: HaltOrders;
  state: HaltDto['state'];
  progress: string | null;
  created_at: Date;
  done_at: Date | null;
}

const LISTED = 50;

function haltDto(row: HaltRow): HaltDto {
  const stored = row.progress === null ? null : (JSON.parse(row.progress) as HaltProgress);
  const progress =
    stored === null
      ? null
      : {
          openOrders: stored.openOrders,
          canceled: stored.canceled,
          unresolved: stored.unresolved,
          closing: stored.closing,
          problems: stored.problems,
        };
  return {
    id: row.id,
    scope: row.scope,
    scopeId: row.scope === 'platform' ? null : row.scope_id,
    orders: row.orders,
    state: row.state,
    progress,
    actor: row.actor,
    createdAt: row.created_at.toISOString(),
    doneAt: row.done_at?.toISOString() ?? null,
  };
}

/** The kill switch: stops trading at once, and has nodes carry out what becomes of orders and positions. */
export class HaltService {
  readonly #dataSource: DataSource;
  readonly #confirmations: Confirmations;

  constructor(dataSource: DataSource, confirmations: Confirmations) {
    this.#dataSource = dataSource;
    this.#confirmations = confirmations;
  }

  /**
   * From the commit on no new order is written; selling everything needs orders that reduce, so that way the scope is
   * REDUCING first and HALTED when nothing is left.
   * @throws GridfleetError NOT_FOUND, VALIDATION_FAILED, FORBIDDEN, CONFIRMATION_REQUIRED
   */
  async begin(requester: Requester, userId: number, request: HaltRequest): Promise<HaltDto> {
    const { scope, id, orders, reason } = request;
    if (scope === 'platform') {
      requireOwner(requester);
      await this.#confirmations.require(requester.id, request, HALT_PHRASE);
    }
    return this.#dataSource.transaction(async (manager) => {
      const checked = await checkScope(manager, userId, scope, id);
      const message = reason ?? `Halted by ${requester.email}.`;
      await setTradingState(
        manager,
        checked.trading,
        orders === 'flatten' ? 'REDUCING' : 'HALTED',
        { code: 'OPERATOR_HALT', message },
        requester.email,
      );
      await manager.query(
        "UPDATE halt SET state = 'ended', done_at = UTC_TIMESTAMP(3) WHERE state = 'running' AND scope = ? AND scope_id = ?",
        [scope, checked.id],
      );
      const { insertId }: { insertId: number } = await manager.query(
        `INSERT INTO halt (scope, scope_id, user_id, actor, orders, state, created_at)
           VALUES (?, ?, ?, ?, ?, 'running', UTC_TIMESTAMP(3))`,
        [scope, checked.id, userId, requester.email, orders],
      );
      const [row]: HaltRow[] = await manager.query('SELECT * FROM halt WHERE id = ?', [insertId]);
      if (row === undefined) throw new GridfleetError('INTERNAL', 'The halt was not stored');
      return haltDto(row);
    });
  }

  /** The user's halts and the platform's, newest first. */
  async list(userId: number): Promise<HaltDto[]> {
    const rows: HaltRow[] = await this.#dataSource.query(
      `SELECT * FROM halt WHERE user_id = ? OR scope = 'platform' ORDER BY id DESC LIMIT ${LISTED}`,
      [userId],
    );
    return rows.map(haltDto);
  }

  /** @throws GridfleetError NOT_FOUND */
  async get(userId: number, id: number): Promise<HaltDto> {
    const [row]: HaltRow[] = await this.#dataSource.query(
      "SELECT * FROM halt WHERE id = ? AND (user_id = ? OR scope = 'platform')",
      [id, userId],
    );
    if (row === undefined) throw new GridfleetError('NOT_FOUND', `There is no halt ${id}`);
    return haltDto(row);
  }
}
