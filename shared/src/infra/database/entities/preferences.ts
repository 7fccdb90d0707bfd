import { EntitySchema } from 'typeorm';
import { TIME } from './columns.js';

/** Parameters a user keeps under a name. `params` is JSON. */
export interface StrategyTemplateRow {
  id: number;
  userId: number;
  name: string;
  description: string;
  kind: string;
  params: string;
  createdAt: Date;
  updatedAt: Date;
}

export const StrategyTemplateRowEntity = new EntitySchema<StrategyTemplateRow>({
  name: 'StrategyTemplateRow',
  tableName: 'strategy_template',
  columns: {
    id: { type: 'int', unsigned: true, primary: true, generated: 'increment' },
    userId: { type: 'int', unsigned: true, name: 'user_id' },
    name: { type: 'varchar', length: 100 },
    description: { type: 'varchar', length: 500 },
    kind: { type: 'varchar', length: 40 },
    params: { type: 'text' },
    createdAt: { ...TIME, name: 'created_at' },
    updatedAt: { ...TIME, name: 'updated_at' },
  },
});

/** How a user wants days counted and texts written. */
export interface UserSettingRow {
  userId: number;
  /** IANA name, e.g. "Asia/Shanghai". */
  timeZone: string;
  language: string;
  updatedAt: Date;
}

export const UserSettingRowEntity = new EntitySchema<UserSettingRow>({
  name: 'UserSettingRow',
  tableName: 'user_setting',
  columns: {
    userId: { type: 'int', unsigned: true, name: 'user_id', primary: true },
    timeZone: { type: 'varchar', length: 60, name: 'time_zone' },
    language: { type: 'varchar', length: 10 },
    updatedAt: { ...TIME, name: 'updated_at' },
  },
});
