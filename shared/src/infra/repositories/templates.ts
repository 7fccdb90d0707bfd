import { QueryFailedError, type EntityManager } from 'typeorm';
import { StrategyTemplateRowEntity, type StrategyTemplateRow } from '../database/entities/preferences.js';

/** Error number of a duplicate in a unique key. */
const DUPLICATE = 1062;

type Content = Pick<StrategyTemplateRow, 'name' | 'description' | 'kind' | 'params'>;

/** Parameters kept under a name. Every reader names the user: another user's rows do not exist. */
export class TemplateRepository {
  readonly #manager: EntityManager;

  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  list(userId: number): Promise<StrategyTemplateRow[]> {
    return this.#manager.find(StrategyTemplateRowEntity, { where: { userId }, order: { name: 'ASC' } });
  }

  find(userId: number, id: number): Promise<StrategyTemplateRow | null> {
    return this.#manager.findOneBy(StrategyTemplateRowEntity, { id, userId });
  }

  /** @returns id of the new template, null when the user has one of this name. */
  async insert(userId: number, content: Content): Promise<number | null> {
    const now = new Date();
    const result: { affectedRows: number; insertId: string | number } = await this.#manager.query(
      `INSERT IGNORE INTO strategy_template (user_id, name, description, kind, params, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [userId, content.name, content.description, content.kind, content.params, now, now],
    );
    return result.affectedRows === 1 ? Number(result.insertId) : null;
  }

  /** @returns false when the user has another template of this name. */
  async update(userId: number, id: number, change: Partial<Omit<Content, 'kind'>>): Promise<boolean> {
    try {
      await this.#manager.update(
        StrategyTemplateRowEntity,
        { id, userId },
        { ...change, updatedAt: new Date() },
      );
      return true;
    } catch (error) {
      if (error instanceof QueryFailedError && (error.driverError as { errno?: number }).errno === DUPLICATE)
        return false;
      throw error;
    }
  }

  /** @returns whether there was one. */
  async delete(userId: number, id: number): Promise<boolean> {
    const done = await this.#manager.delete(StrategyTemplateRowEntity, { id, userId });
    return (done.affected ?? 0) > 0;
  }
}
