import type { EntityManager } from 'typeorm';

/** What operators want of nodes. A node without a row takes runs. */
export class NodeRepository {
  readonly #manager: EntityManager;

  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  /** A drained node stays so over restarts, until somebody says otherwise. */
  async setDraining(name: string, isDraining: boolean): Promise<void> {
    await this.#manager.query(
      `INSERT INTO node (name, is_draining, changed_at) VALUES (?, ?, UTC_TIMESTAMP(3))
         ON DUPLICATE KEY UPDATE is_draining = VALUES(is_draining), changed_at = VALUES(changed_at)`,
      [name, isDraining],
    );
  }

  async isDraining(name: string): Promise<boolean> {
    const rows: { is_draining: number }[] = await this.#manager.query(
      'SELECT is_draining FROM node WHERE name = ?',
      [name],
    );
    return rows[0]?.is_draining === 1;
  }
}
