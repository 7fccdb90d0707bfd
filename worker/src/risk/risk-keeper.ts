import type { DataSource } from 'typeorm';
import {
  beginRiskState,
  dec,
  needsWatching,
  stepRisk,
  type RiskLimits,
  type RiskState,
  type RiskVerdict,
} from '@gridfleet/shared/domain';
import type { Logger } from '@gridfleet/shared/infra';
import type { AccountSessions } from '../hub/account-sessions.js';
import type { EquityFigures } from '../run/equity-recorder.js';
import { withDeadline } from '../util/deadline.js';
import type { ExposureWriter } from './exposure-writer.js';
import { cancelOpenings } from './order-canceller.js';
import type { RiskKey, RiskStore } from './risk-store.js';
import type { TradingGate } from './trading-gate.js';

const DEADLINE_MS = 5_000;
/** A higher peak alone is written this often, ms: it is found again from the figures soon after a crash. */
const SAVE_EVERY_MS = 5_000;
/** Figures for limits of the account and the platform are written this often, ms. */
const FIGURES_EVERY_MS = 5_000;
const CANCEL_EVERY_MS = 2_000;

export interface RiskKeeperDeps {
  database: DataSource;
  store: RiskStore;
  exposures: ExposureWriter;
  gate: TradingGate;
  sessions: AccountSessions;
  /** Tells the node of a strategy that its desired state has changed. */
  poke(strategyId: number): void;
  log: Logger;
}

interface Leg {
  accountId: number;
  market: string;
}

/** Watches one running strategy's profit, position and price by its limits. What it remembers survives the process. */
export class RiskKeeper {
  readonly #deps: RiskKeeperDeps;
  readonly #key: RiskKey;
  #state: RiskState | null = null;
  #leg: Leg | null = null;
  #savedAt = 0;
  #figuresAt = 0;
  #figures = '';
  #canceledAt = 0;
  #wasActive = true;
  #busy = false;

  constructor(strategyId: number, deps: RiskKeeperDeps) {
    this.#key = { scope: 'strategy', id: strategyId };
    this.#deps = deps;
  }

  /** Looks once; never two looks at once, and a failed one is repeated with the next. */
  async look(figures: () => EquityFigures, now: number): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await this.#look(figures, now);
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'the risk of a strategy was not judged; again soon');
    } finally {
      this.#busy = false;
    }
  }

  async #look(figures: () => EquityFigures, now: number): Promise<void> {
    const { gate, database, sessions } = this.#deps;
    const { id } = this.#key;
    const leg = await this.#legOf();
    if (leg === null) return;
    if (now - this.#figuresAt >= FIGURES_EVERY_MS) {
      this.#figuresAt = now;
      await this.#record(leg, figures(), now);
    }
    const { state, limits } = gate.rule('strategy', id);
    const isActive = state === 'ACTIVE';
    // Whoever resumes begins anew: what was remembered has been deleted.
    if (isActive && !this.#wasActive) this.#state = null;
    this.#wasActive = isActive;
    if (limits !== 'unreadable' && needsWatching(limits)) await this.#judge(limits, figures(), isActive, now);
    if (gate.strictest(leg.accountId, id).state === 'REDUCING' && now - this.#canceledAt >= CANCEL_EVERY_MS) {
      this.#canceledAt = now;
      await cancelOpenings(database, sessions, id);
    }
  }

  async #judge(limits: RiskLimits, figures: EquityFigures, isActive: boolean, now: number): Promise<void> {
    const { store } = this.#deps;
    const { total, currentPrice: price, position } = figures;
    if (price === null) return;
    const before =
      this.#state ??
      (await store.load(this.#key)) ??
      beginRiskState(total, await store.newestCycle(this.#key), now);
    const cycles =
      limits.maxConsecutiveLosses === undefined ? [] : await store.cyclesAfter(this.#key, before.lastCycleId);
    let state = before;
    const verdicts: RiskVerdict[] = [];
    for (const event of [...cycles, { type: 'mark' as const, total, held: !dec(position).isZero(), price }]) {
      const step = stepRisk(limits, state, event, now);
      state = step.state;
      verdicts.push(...step.verdicts);
    }
    await this.#keep(this.#state, state, now);
    if (!isActive) return;
    const breach = verdicts.find(({ level }) => level === 'breach');
    if (breach === undefined) {
      for (const warning of verdicts) await store.warn(this.#key, this.#key.id, warning, now);
      return;
    }
    const exit = dec(position).lt(0) ? 'buy' : 'sell';
    if (await store.stop(this.#key, this.#key.id, state, breach, exit, now)) {
      this.#deps.log.warn({ strategyId: this.#key.id, code: breach.code }, breach.message);
      await this.#deps.gate.refresh();
      this.#wasActive = false;
      if (breach.close) this.#deps.poke(this.#key.id);
    }
  }

  async #keep(before: RiskState | null, after: RiskState, now: number): Promise<void> {
    this.#state = after;
    if (before === after) return;
    const isOnlyHigher =
      before !== null && JSON.stringify({ ...before, peak: '' }) === JSON.stringify({ ...after, peak: '' });
    if (isOnlyHigher && now - this.#savedAt < SAVE_EVERY_MS) return;
    this.#savedAt = now;
    await this.#deps.store.save(this.#key, after);
  }

  /** What the strategy holds and has earned, for the limits of its account and of the platform. */
  async #record({ accountId, market }: Leg, figures: EquityFigures, now: number): Promise<void> {
    const { position, positionCost, positionCount, total } = figures;
    const text = JSON.stringify([position, positionCost, positionCount, total]);
    if (text === this.#figures) return;
    await this.#deps.exposures.write({ strategyId: this.#key.id, accountId, market, figures, at: now });
    this.#figures = text;
  }

  async #legOf(): Promise<Leg | null> {
    if (this.#leg !== null) return this.#leg;
    const [row]: { account_id: number; market: string }[] = await withDeadline(
      this.#deps.database.query(
        'SELECT account_id, market FROM strategy_leg WHERE strategy_id = ? AND leg = 0',
        [this.#key.id],
      ),
      DEADLINE_MS,
      'reading a leg',
    );
    this.#leg = row === undefined ? null : { accountId: row.account_id, market: row.market };
    return this.#leg;
  }
}
