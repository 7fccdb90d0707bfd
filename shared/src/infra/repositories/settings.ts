import type { EntityManager } from 'typeorm';
import type { Settings } from '../../schema/settings.js';
import { UserSettingRowEntity } from '../database/entities/preferences.js';

const DEFAULTS: Settings = { timeZone: 'UTC', language: 'en' };

/** A user's settings; defaults where nothing was set. */
export async function readSettings(manager: EntityManager, userId: number): Promise<Settings> {
  const row = await manager.findOneBy(UserSettingRowEntity, { userId });
  if (row === null) return DEFAULTS;
  return { timeZone: row.timeZone, language: row.language === 'zh-CN' ? 'zh-CN' : 'en' };
}

export async function writeSettings(
  manager: EntityManager,
  userId: number,
  change: Partial<Settings>,
): Promise<void> {
  const { timeZone, language } = { ...(await readSettings(manager, userId)), ...change };
  await manager.upsert(UserSettingRowEntity, { userId, timeZone, language, updatedAt: new Date() }, [
    'userId',
  ]);
}
