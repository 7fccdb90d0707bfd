import { EntitySchema } from 'typeorm';
import { TIME } from './columns.js';

/** Answer of a command, kept under its idempotency key; status and response are null while it is being worked on. */
export interface IdempotencyRow {
  userId: number;
  idempotencyKey: string;
  requestHash: string;
  status: number | null;
  response: string | null;
  createdAt: Date;
}

export const IdempotencyRowEntity = new EntitySchema<IdempotencyRow>({
  name: 'IdempotencyRow',
  tableName: 'idempotency',
  columns: {
    userId: { type: 'int', unsigned: true, primary: true, name: 'user_id' },
    idempotencyKey: { type: 'varchar', length: 100, primary: true, name: 'idempotency_key' },
    requestHash: { type: 'varchar', length: 64, name: 'request_hash' },
    status: { type: 'smallint', unsigned: true, nullable: true },
    response: { type: 'mediumtext', nullable: true },
    createdAt: { ...TIME, name: 'created_at' },
  },
});
