import type { EntityManager } from 'typeorm';
import { UserEntity, type User } from '../database/entities/account.js';

/** The user with this e-mail address, created on first sight. Safe when two requests bring the same newcomer. */
export async function findOrCreateUser(manager: EntityManager, email: string): Promise<User> {
  const known = await manager.findOneBy(UserEntity, { email });
  if (known !== null) return known;
  await manager
    .createQueryBuilder()
    .insert()
    .into(UserEntity)
    .values({ email, role: 'owner', createdAt: new Date() })
    .orIgnore()
    .execute();
  return manager.findOneByOrFail(UserEntity, { email });
}
