import type { DataSource } from 'typeorm';
import { strategyKinds } from '@gridfleet/shared/domain';
import { TemplateRepository, type StrategyTemplateRow } from '@gridfleet/shared/infra';
import {
  GridfleetError,
  type Template,
  type TemplateApply,
  type TemplateCreate,
  type TemplateUpdate,
} from '@gridfleet/shared/schema';
import { checkPart } from '../http/validation.js';
import type { StrategyEditor } from './edit-strategy.js';

function templateNotFound(id: number): GridfleetError {
  return new GridfleetError('NOT_FOUND', `There is no template ${id}`);
}

function exists(name: string): GridfleetError {
  return new GridfleetError('TEMPLATE_EXISTS', `You have a template named "${name}" already`);
}

function templateDto(row: StrategyTemplateRow): Template {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    kind: row.kind,
    params: JSON.parse(row.params) as Template['params'],
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** Params that fit the kind's schema, with defaults. @throws GridfleetError KIND_UNKNOWN, VALIDATION_FAILED */
function checkedParams(kind: string, params: unknown): string {
  const known = strategyKinds.get(kind);
  if (known === undefined) {
    const message = `There is no strategy kind ${kind}`;
    throw new GridfleetError('KIND_UNKNOWN', message, [
      { field: 'body.kind', code: 'KIND_UNKNOWN', message: `${message}.` },
    ]);
  }
  return JSON.stringify(checkPart(known.schema, params, 'body.params'));
}

/** Params kept under a name, to make strategies from. */
export class StrategyTemplates {
  readonly #dataSource: DataSource;
  readonly #editor: StrategyEditor;

  constructor(dataSource: DataSource, editor: StrategyEditor) {
    this.#dataSource = dataSource;
    this.#editor = editor;
  }

  get #templates(): TemplateRepository {
    return new TemplateRepository(this.#dataSource.manager);
  }

  async list(userId: number): Promise<Template[]> {
    return (await this.#templates.list(userId)).map(templateDto);
  }

  /** @throws GridfleetError NOT_FOUND */
  async get(userId: number, id: number): Promise<Template> {
    return templateDto(await this.#row(userId, id));
  }

  /** @throws GridfleetError KIND_UNKNOWN, VALIDATION_FAILED, TEMPLATE_EXISTS */
  async create(userId: number, body: TemplateCreate): Promise<Template> {
    const name = body.name.trim();
    const id = await this.#templates.insert(userId, {
      name,
      description: body.description ?? '',
      kind: body.kind,
      params: checkedParams(body.kind, body.params),
    });
    if (id === null) throw exists(name);
    return this.get(userId, id);
  }

  /** @throws GridfleetError NOT_FOUND, VALIDATION_FAILED, TEMPLATE_EXISTS */
  async update(userId: number, id: number, body: TemplateUpdate): Promise<Template> {
    const { kind } = await this.#row(userId, id);
    const name = body.name?.trim();
    const done = await this.#templates.update(userId, id, {
      ...(name === undefined ? {} : { name }),
      ...(body.description === undefined ? {} : { description: body.description }),
      ...(body.params === undefined ? {} : { params: checkedParams(kind, body.params) }),
    });
    if (!done) throw exists(name ?? '');
    return this.get(userId, id);
  }

  /** @throws GridfleetError NOT_FOUND */
  async delete(userId: number, id: number): Promise<void> {
    if (!(await this.#templates.delete(userId, id))) throw templateNotFound(id);
  }

  /** @returns id of the new strategy, which is stopped. @throws GridfleetError NOT_FOUND, and as StrategyEditor.create */
  async apply(userId: number, id: number, { name, legs }: TemplateApply): Promise<number> {
    const { kind, params } = await this.#row(userId, id);
    return this.#editor.create(userId, {
      name,
      kind,
      params: JSON.parse(params) as Template['params'],
      legs,
    });
  }

  async #row(userId: number, id: number): Promise<StrategyTemplateRow> {
    const row = await this.#templates.find(userId, id);
    if (row === null) throw templateNotFound(id);
    return row;
  }
}
