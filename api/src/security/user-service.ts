import type { DataSource, EntityManager } from 'typeorm';
import { UserEntity, type User } from '@gridfleet/shared/infra';
import { GridfleetError, type UserChange, type UserCreate, type UserDto } from '@gridfleet/shared/schema';

export function userDto(user: User): UserDto {
  return {
    id: user.id,
    email: user.email,
    role: user.role,
    isActive: user.isActive,
    workspaceOf: user.workspaceId,
    hasTradingPassword: user.tradingPassword !== null,
    createdAt: user.createdAt.toISOString(),
  };
}

/** People, their roles and whose accounts and strategies they work with. */
export class UserService {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  async list(): Promise<UserDto[]> {
    return (await this.#dataSource.manager.find(UserEntity, { order: { id: 'ASC' } })).map(userDto);
  }

  async get(id: number): Promise<UserDto> {
    return userDto(await find(this.#dataSource.manager, id));
  }

  /** @throws GridfleetError USER_EXISTS, VALIDATION_FAILED (no such workspace) */
  async create({ email, role, workspaceOf = null }: UserCreate): Promise<UserDto> {
    return this.#dataSource.transaction(async (manager) => {
      await checkWorkspace(manager, null, workspaceOf);
      const address = email.trim().toLowerCase();
      const result: { affectedRows: number; insertId: number } = await manager.query(
        'INSERT IGNORE INTO user (email, role, workspace_id, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(3))',
        [address, role, workspaceOf],
      );
      if (result.affectedRows === 0) throw new GridfleetError('USER_EXISTS', `${address} is a user already`);
      return userDto(await find(manager, result.insertId));
    });
  }

  /** @throws GridfleetError NOT_FOUND, LAST_OWNER, VALIDATION_FAILED */
  async update(id: number, { role, isActive, workspaceOf }: UserChange): Promise<UserDto> {
    return this.#dataSource.transaction(async (manager) => {
      // All owners are locked: two of them cannot take the role from each other at once.
      const owners: { id: number }[] = await manager.query(
        "SELECT id FROM user WHERE role = 'owner' AND is_active = 1 ORDER BY id FOR UPDATE",
      );
      await find(manager, id);
      const losesOwner = (role !== undefined && role !== 'owner') || isActive === false;
      if (losesOwner && owners.every((owner) => owner.id === id) && owners.length > 0) {
        throw new GridfleetError('LAST_OWNER', 'Nobody else could run the platform');
      }
      if (workspaceOf !== undefined) await checkWorkspace(manager, id, workspaceOf);
      await manager.update(
        UserEntity,
        { id },
        {
          ...(role === undefined ? {} : { role }),
          ...(isActive === undefined ? {} : { isActive }),
          ...(workspaceOf === undefined ? {} : { workspaceId: workspaceOf }),
        },
      );
      return userDto(await find(manager, id));
    });
  }
}

async function find(manager: EntityManager, id: number): Promise<User> {
  const user = await manager.findOneBy(UserEntity, { id });
  if (user === null) throw new GridfleetError('NOT_FOUND', `There is no user ${id}`);
  return user;
}

/** A workspace is somebody's own: one that is shared itself leads nowhere. */
async function checkWorkspace(manager: EntityManager, id: number | null, of: number | null): Promise<void> {
  if (of === null) return;
  const host = await manager.findOneBy(UserEntity, { id: of });
  if (host !== null && host.workspaceId === null && host.id !== id) return;
  const message = `User ${of} has no workspace that could be shared.`;
  throw new GridfleetError('VALIDATION_FAILED', 'The workspace cannot be shared', [
    { field: 'body.workspaceOf', code: 'WORKSPACE_UNKNOWN', message },
  ]);
}
