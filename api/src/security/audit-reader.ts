import type { DataSource } from 'typeorm';
import { AuditRowEntity, type PageOf, type PageRequest } from '@gridfleet/shared/infra';
import type { AuditDto } from '@gridfleet/shared/schema';

/** The audit log, newest first. There is nothing to change it with. */
export class AuditReader {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  async list({ limit, cursor }: PageRequest): Promise<PageOf<AuditDto>> {
    const query = this.#dataSource.manager.createQueryBuilder(AuditRowEntity, 'r');
    // CAST: a BIGINT compared with a text would be compared as binary floats.
    if (cursor !== null) query.where('r.id < CAST(:cursor AS UNSIGNED)', { cursor });
    const rows = await query
      .orderBy('r.id', 'DESC')
      .limit(limit + 1)
      .getMany();
    const items = rows.slice(0, limit).map((row) => ({
      id: row.id,
      actor: row.actor,
      action: row.action,
      target: row.target,
      details: JSON.parse(row.details) as unknown,
      createdAt: row.createdAt.toISOString(),
    }));
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  }
}
