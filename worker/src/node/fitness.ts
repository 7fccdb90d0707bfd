import type { Reason } from '@gridfleet/shared/domain';
import { isPlacedOn, redisKeys, type Logger, type Redis } from '@gridfleet/shared/infra';
import type { Placement } from '@gridfleet/shared/schema';
import type { AccountSession, AccountSessions } from '../hub/account-sessions.js';
import { isAddressRefusal } from '../run/failure-reason.js';
import { withDeadline } from '../util/deadline.js';
import type { VenueError } from '../venue/venue-error.js';
import type { FleetNode } from './fleet-view.js';

/** An account that answered is not tested again for this long, ms. */
const FIT_FOR_MS = 10 * 60_000;
/** A refusal stands for this long, s: lists of allowed addresses get mended. */
const UNFIT_FOR_S = 60;
const TEST_DEADLINE_MS = 6_000;

export interface FitnessDeps {
  redis: Redis;
  sessions: AccountSessions;
  egressIp: string;
  /** The living nodes, looked at now: one that has just joined counts. */
  living(): Promise<readonly FleetNode[]>;
  log: Logger;
}

export interface Candidate {
  runId: number;
  placement: Placement;
  accountIds: readonly number[];
}

/** Whether the exchanges accept an account's requests from this node's address. */
export class Fitness {
  readonly #deps: FitnessDeps;
  readonly #fitUntil = new Map<number, number>();
  /** Sessions opened for a test stay open for the run that follows. */
  readonly #opened = new Map<number, AccountSession[]>();

  constructor(deps: FitnessDeps) {
    this.#deps = deps;
  }

  /**
   * Tests the accounts of a run from here. A run whose account is refused goes elsewhere as long as there is an address
   * that has not been refused; with none left it is taken here, and fails with the exchange's words.
   * @returns why it should go elsewhere, null when it may be taken
   */
  async obstacle(candidate: Candidate): Promise<Reason | null> {
    const refused = await this.#refusedAddresses(candidate.runId);
    if (!refused.has(this.#deps.egressIp)) {
      const error = await this.#test(candidate);
      if (error === null) return null;
      return (await this.refused(candidate, error)) ? reasonOf(error, this.#deps.egressIp) : null;
    }
    if (!(await this.#hasAnother(candidate, refused))) return null;
    const message = `The exchange refuses the key from ${this.#deps.egressIp}; a node with another address may take it.`;
    return { code: 'ADDRESS_REFUSED', message };
  }

  /** Notes that this address was refused. @returns whether a node with another one is left */
  async refused(candidate: Candidate, error: VenueError): Promise<boolean> {
    const { redis, egressIp, log } = this.#deps;
    const { runId, accountIds } = candidate;
    for (const id of accountIds) this.#fitUntil.delete(id);
    log.warn({ runId, err: error }, 'the exchange refuses the key from this address');
    const key = redisKeys.unfit(runId);
    await redis.multi().hset(key, egressIp, error.code).expire(key, UNFIT_FOR_S).exec();
    return this.#hasAnother(candidate, await this.#refusedAddresses(runId));
  }

  async #refusedAddresses(runId: number): Promise<ReadonlySet<string>> {
    return new Set(await this.#deps.redis.hkeys(redisKeys.unfit(runId)));
  }

  /** Full and busy nodes count: they may have room soon. */
  async #hasAnother({ placement }: Candidate, refused: ReadonlySet<string>): Promise<boolean> {
    const living = await this.#deps.living();
    return living.some((node) => {
      const offer = { name: node.name, labels: node.labels?.split(',') ?? [] };
      const isLeaving = node.state === 'draining' || node.state === 'drained';
      return !isLeaving && isPlacedOn(placement, offer) && !refused.has(node.egressIp);
    });
  }

  /** The run has ended here, or has not come: what was opened to test its accounts is let go. */
  async release(runId: number): Promise<void> {
    const sessions = this.#opened.get(runId) ?? [];
    this.#opened.delete(runId);
    for (const session of sessions) await session.release();
  }

  /** @returns the refusal, null when there was none; any other trouble is for the run to meet and wait out */
  async #test({ runId, accountIds }: Candidate): Promise<VenueError | null> {
    for (const id of accountIds) {
      if ((this.#fitUntil.get(id) ?? 0) > performance.now()) continue;
      try {
        const session = await this.#deps.sessions.acquire(id);
        this.#opened.set(runId, [...(this.#opened.get(runId) ?? []), session]);
        await withDeadline(session.account.balances(), TEST_DEADLINE_MS, 'testing an account');
        this.#fitUntil.set(id, performance.now() + FIT_FOR_MS);
      } catch (error) {
        if (isAddressRefusal(error)) return error;
        this.#deps.log.warn({ accountId: id, err: error }, 'an account could not be tested');
      }
    }
    return null;
  }
}

function reasonOf(error: VenueError, egressIp: string): Reason {
  return {
    code: 'ADDRESS_REFUSED',
    message: `From ${egressIp} the exchange says: ${error.message} A node with another address may take it.`,
  };
}
