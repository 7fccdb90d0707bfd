import { GridfleetError } from '@gridfleet/shared/schema';

export function strategyNotFound(id: number): GridfleetError {
  return new GridfleetError('NOT_FOUND', `There is no strategy ${id}`);
}

export function strategyDeleted(id: number): GridfleetError {
  return new GridfleetError('STRATEGY_DELETED', `Strategy ${id} is deleted`);
}

/** The stored machine is of another version, or damaged. */
export function stateUnreadable(id: number, cause: unknown): GridfleetError {
  return new GridfleetError('STATE_UNREADABLE', `The stored state of strategy ${id} cannot be read`, [], {
    cause,
  });
}

export function strategyRunning(id: number, why: string): GridfleetError {
  return new GridfleetError('STRATEGY_RUNNING', `Strategy ${id} ${why}`);
}
