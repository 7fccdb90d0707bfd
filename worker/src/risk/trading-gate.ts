import type { DataSource } from 'typeorm';
import type { Reason, RiskLimits } from '@gridfleet/shared/domain';
import type { Logger } from '@gridfleet/shared/infra';
import type { TradingState } from '@gridfleet/shared/schema';
import { policyKey } from '../run/admission.js';
import { limitsOf } from '../run/policy.js';
import { withDeadline } from '../util/deadline.js';
import { NotSentError } from '../venue/venue-error.js';

/** How often the states are read: a halt is effective on every node well within a second, message or not. */
const EVERY_MS = 400;
const DEADLINE_MS = 5_000;
/**
 * A node that has not read the states for this long sends no new order. One that is cut off from MySQL stops earlier:
 * an intent is valid for 4 s and only MySQL can extend that.
 */
const STALE_MS = 10_000;

type Table = 'installation' | 'account' | 'strategy';

interface Row {
  scope: Table;
  id: number;
  trading_state: TradingState;
  code: string | null;
  message: string | null;
  risk_limits: string | null;
}

/** What one scope says about trading, as of the last read. */
export interface ScopeRule {
  state: TradingState;
  reason: Reason | null;
  limits: RiskLimits | 'unreadable';
}

const COLUMNS = 'trading_state, trading_reason_code AS code, trading_reason_message AS message, risk_limits';
/** Scopes without a row here are ACTIVE and have the default limits. */
const READ = `SELECT 'installation' AS scope, 1 AS id, ${COLUMNS} FROM installation WHERE id = 1
  UNION ALL SELECT 'account', id, ${COLUMNS} FROM account WHERE trading_state <> 'ACTIVE' OR risk_limits IS NOT NULL
  UNION ALL SELECT 'strategy', id, ${COLUMNS} FROM strategy
    WHERE deleted_at IS NULL AND (trading_state <> 'ACTIVE' OR risk_limits IS NOT NULL)`;

/**
 * The trading states as this node knows them. An intent's transaction reads them itself; this is for what was committed
 * before a halt and still waits for its turn on the wire.
 */
export class TradingGate {
  readonly #database: DataSource;
  readonly #log: Logger;
  readonly #clock: () => number;
  #rules: ReadonlyMap<string, ScopeRule> = new Map();
  #readAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #reading = false;

  constructor(database: DataSource, log: Logger, clock: () => number = () => performance.now()) {
    this.#database = database;
    this.#log = log;
    this.#clock = clock;
  }

  async start(): Promise<void> {
    await this.refresh();
    this.#timer = setInterval(() => {
      if (this.#reading) return;
      this.refresh().catch((error: unknown) =>
        this.#log.warn({ err: error }, 'the trading states were not read'),
      );
    }, EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async refresh(): Promise<void> {
    this.#reading = true;
    const asked = this.#clock();
    try {
      const rows: Row[] = await withDeadline(
        this.#database.query(READ),
        DEADLINE_MS,
        'reading the trading states',
      );
      this.#rules = new Map(
        rows.map(({ scope, id, trading_state: state, code, message, risk_limits: limits }) => [
          policyKey({ table: scope, id }),
          {
            state,
            reason: code === null ? null : { code, message: message ?? code },
            limits: limitsOf(scope === 'installation' ? 'platform' : scope, limits),
          },
        ]),
      );
      this.#readAt = asked;
    } finally {
      this.#reading = false;
    }
  }

  rule(table: Table, id: number): ScopeRule {
    return (
      this.#rules.get(policyKey({ table, id })) ?? {
        state: 'ACTIVE',
        reason: null,
        limits: limitsOf(table === 'installation' ? 'platform' : table, null),
      }
    );
  }

  /** Accounts and the platform, where they have rows. */
  scopes(): { table: Table; id: number; rule: ScopeRule }[] {
    return [...this.#rules].flatMap(([key, rule]) => {
      const [table, id] = key.split(' ');
      return table === 'installation' || table === 'account' ? [{ table, id: Number(id), rule }] : [];
    });
  }

  /** The strictest of the states that concern a strategy's orders on an account. */
  strictest(accountId: number, strategyId: number | null): ScopeRule {
    const rules = [
      this.rule('installation', 1),
      this.rule('account', accountId),
      ...(strategyId === null ? [] : [this.rule('strategy', strategyId)]),
    ];
    const [platform] = rules;
    return (
      rules.find(({ state }) => state === 'HALTED') ??
      rules.find(({ state }) => state === 'REDUCING') ??
      platform ?? { state: 'ACTIVE', reason: null, limits: {} }
    );
  }

  /**
   * Lets a new order through to the wire.
   * @param opens whether it surely makes a position larger
   * @throws NotSentError
   */
  assertOpen(accountId: number, strategyId: number | null, opens: boolean): void {
    if (this.#clock() - this.#readAt > STALE_MS) {
      const message = 'This node could not read the trading states in time; nothing was sent.';
      throw new NotSentError('TRADING_STATE_UNKNOWN', message);
    }
    const { state, reason } = this.strictest(accountId, strategyId);
    const why = reason === null ? '' : ` ${reason.message}`;
    if (state === 'HALTED')
      throw new NotSentError('TRADING_HALTED', `Trading was halted before the order was sent.${why}`);
    if (state === 'REDUCING' && opens) {
      throw new NotSentError('TRADING_REDUCING', `Only reducing orders are sent at the moment.${why}`);
    }
  }
}
