import { pino } from 'pino';
import {
  connectDatabase,
  migrate,
  readTradingState,
  setTradingState,
  type TradingStateInfo,
} from '@gridfleet/shared/infra';
import type { DataSource } from 'typeorm';
import type { AccountSession, AccountSessions } from '../hub/account-sessions.js';
import { RiskStore } from '../risk/risk-store.js';
import { TradingGate } from '../risk/trading-gate.js';
import type { VenueAccount } from '../venue/venue.js';
import { storeAccount, StoredGrid } from './stored-grid.js';

export const log = pino({ level: 'silent' });

/** An account with a grid in a real database, and a gate that has read nothing yet. */
export interface RiskCase {
  accountId: number;
  grid: StoredGrid;
  strategyId: number;
  gate: TradingGate;
}

/** A database of its own for a test file about risk. */
export class RiskRig {
  private constructor(
    readonly database: DataSource,
    readonly store: RiskStore,
    readonly close: () => Promise<void>,
  ) {}

  /** @param test an empty database, dropped at the end */
  static async open(test: { url: string; drop(): Promise<void> }): Promise<RiskRig> {
    await migrate(test.url);
    const database = await connectDatabase(test.url, 10, undefined, true);
    return new RiskRig(database, new RiskStore(database), async () => {
      await database.destroy();
      await test.drop();
    });
  }

  async begin(): Promise<RiskCase> {
    const accountId = await storeAccount(this.database);
    const grid = await StoredGrid.create(this.database, accountId);
    const gate = new TradingGate(this.database, log);
    return { accountId, grid, strategyId: grid.frame.strategyId, gate };
  }

  state(of: 'strategy' | 'account', id: number): Promise<TradingStateInfo | null> {
    return readTradingState(this.database.manager, { of, id });
  }

  halt(of: 'strategy' | 'account', id: number): Promise<void> {
    const reason = { code: 'OPERATOR', message: 'Stop.' };
    return setTradingState(this.database.manager, { of, id }, 'HALTED', reason, 'a@b.c');
  }
}

/** Sessions on accounts that exist only here. */
export function sessionsOf(account: Partial<VenueAccount>): AccountSessions {
  const acquire = (): Promise<Partial<AccountSession>> =>
    Promise.resolve({ account: account as VenueAccount, release: () => Promise.resolve() });
  return { acquire } as unknown as AccountSessions;
}
