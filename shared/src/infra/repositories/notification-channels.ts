import type { EntityManager } from 'typeorm';
import { UserEntity } from '../database/entities/account.js';
import {
  NotificationChannelRowEntity,
  type NotificationChannelRow,
} from '../database/entities/notification.js';

/** Channels of users. Every reader of a request names the user: another user's rows do not exist. */
export class NotificationChannelRepository {
  readonly #manager: EntityManager;

  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  list(userId: number): Promise<NotificationChannelRow[]> {
    return this.#manager.find(NotificationChannelRowEntity, { where: { userId }, order: { id: 'DESC' } });
  }

  find(userId: number, id: number): Promise<NotificationChannelRow | null> {
    return this.#manager.findOneBy(NotificationChannelRowEntity, { id, userId });
  }

  /** For the notifier, which works for all users. */
  byId(id: number): Promise<NotificationChannelRow | null> {
    return this.#manager.findOneBy(NotificationChannelRowEntity, { id });
  }

  /** Channels in use, of all users; those of people who were deactivated are not. */
  active(): Promise<NotificationChannelRow[]> {
    return this.#manager
      .createQueryBuilder(NotificationChannelRowEntity, 'c')
      .innerJoin(UserEntity.options.name, 'u', 'u.id = c.createdBy AND u.isActive = 1')
      .where('c.isActive = 1')
      .orderBy('c.id', 'ASC')
      .getMany();
  }

  /** Holds the row until the transaction ends; null when the user has no such channel. */
  lock(userId: number, id: number): Promise<NotificationChannelRow | null> {
    return this.#manager.findOne(NotificationChannelRowEntity, {
      where: { id, userId },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** @returns id of the new channel */
  async insert(row: Omit<NotificationChannelRow, 'id'>): Promise<number> {
    const result = await this.#manager.insert(NotificationChannelRowEntity, row);
    return Number(result.identifiers[0]?.['id']);
  }

  async update(id: number, change: Partial<Omit<NotificationChannelRow, 'id' | 'userId'>>): Promise<void> {
    await this.#manager.update(NotificationChannelRowEntity, { id }, { ...change, updatedAt: new Date() });
  }

  /** @returns whether there was one. */
  async delete(userId: number, id: number): Promise<boolean> {
    const done = await this.#manager.delete(NotificationChannelRowEntity, { id, userId });
    return (done.affected ?? 0) > 0;
  }
}
