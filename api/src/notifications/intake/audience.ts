import type { DataSource } from 'typeorm';
import type { Subject } from '../payload.js';
import type { Concerned } from './classify.js';

/** Whom a message is for; `userId` null: everybody. */
export interface Audience {
  userId: number | null;
  subject: Subject | null;
}

interface StrategyRow {
  user_id: number;
  name: string;
  is_system: number;
  market: string | null;
  label: string | null;
  environment: string | null;
}

/** Finds out whose an event is, and what it is about. */
export class AudienceFinder {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Null for what nobody is told of: things that are gone, and the system's own strategies. */
  async of({ scope, id }: Concerned): Promise<Audience | null> {
    switch (scope) {
      case 'platform':
        return { userId: null, subject: null };
      case 'account':
        return this.#account(id);
      case 'strategy':
        return this.#strategy(id);
    }
  }

  async #account(id: number): Promise<Audience | null> {
    const [row]: { user_id: number; label: string; environment: string }[] = await this.#dataSource.query(
      'SELECT user_id, label, environment FROM account WHERE id = ?',
      [id],
    );
    if (row === undefined) return null;
    const { user_id: userId, label: account, environment } = row;
    return { userId, subject: { strategyId: null, strategy: null, market: null, account, environment } };
  }

  async #strategy(id: number): Promise<Audience | null> {
    const [row]: StrategyRow[] = await this.#dataSource.query(
      `SELECT s.user_id, s.name, s.is_system, l.market, a.label, a.environment FROM strategy s
         LEFT JOIN strategy_leg l ON l.strategy_id = s.id AND l.leg = 0
         LEFT JOIN account a ON a.id = l.account_id WHERE s.id = ?`,
      [id],
    );
    if (row === undefined) return null;
    const { user_id: userId, name, market, label, environment } = row;
    const isSystem = row.is_system === 1;
    const strategy = isSystem ? null : name;
    return { userId, subject: { strategyId: id, strategy, market, account: label, environment } };
  }
}
