import type { Decimal, PositionSide, Reason } from '@gridfleet/shared/domain';
import type { Counters, Logger } from '@gridfleet/shared/infra';
import type { PlatformEvent } from '@gridfleet/shared/schema';
import type { AccountSession } from '../hub/account-sessions.js';
import type { Lease } from '../node/lease.js';
import type { VenueAccount } from '../venue/venue.js';
import type { AccountStore } from './account-store.js';
import type { ContractBooks } from './contract-books.js';
import type { FeeValuer } from './fee-valuer.js';
import type { Mailbox } from './mailbox.js';
import type { RunStore } from './run-store.js';
import type { StepStore } from './step-store.js';

/** What a session is given for its life. */
export interface SessionDeps {
  store: RunStore;
  steps: StepStore;
  accounts: AccountStore;
  books: ContractBooks;
  /** What the strategy held by its fills when the run was loaded, by leg and side. */
  held: ReadonlyMap<number, ReadonlyMap<PositionSide, Decimal>>;
  fundingFrom: number;
  standing: Reason | null;
  /** Highest generation of the strategy when the run was loaded. */
  lastGeneration: number;
  /** How often stops are looked up at the exchange, ms. */
  verifyStopsMs: number;
  lease: Lease;
  mailbox: Mailbox;
  sessions: readonly AccountSession[];
  valuer: FeeValuer;
  publish(events: PlatformEvent[]): void;
  /** Shows people what the strategy wants them to know at once; it is stored already. */
  alert(reason: Reason): void;
  log: Logger;
  metrics: Counters;
}

/** The account behind a leg. @throws RangeError when the strategy has no such leg. */
export function accountOfLeg({ sessions }: Pick<SessionDeps, 'sessions'>, leg: number): VenueAccount {
  const session = sessions[leg];
  if (session === undefined) throw new RangeError(`leg ${leg} has no account session`);
  return session.account;
}
