import type { EntityManager } from 'typeorm';
import { UserEntity, type User } from '../database/entities/account.js';

/**
 * The user with this e-mail address, created on first sight: the first one owns the platform, later ones trade with
 * what is their own. Safe when two requests bring the same newcomer.
 */
export async function findOrCreateUser(manager: EntityManager, email: string): Promise<User> {
  const known = await manager.findOneBy(UserEntity, { email });
  if (known !== null) return known;
  await manager.query(
    `INSERT IGNORE INTO user (email, role, created_at)
       SELECT ?, IF(EXISTS (SELECT 1 FROM user u), 'trader', 'owner'), UTC_TIMESTAMP(3) FROM DUAL`,
    [email],
  );
  return manager.findOneByOrFail(UserEntity, { email });
}
