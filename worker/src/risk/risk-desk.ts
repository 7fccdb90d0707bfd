import type { DataSource } from 'typeorm';
import { needsWatching } from '@gridfleet/shared/domain';
import { redisKeys, type Logger, type Redis } from '@gridfleet/shared/infra';
import type { AccountSessions } from '../hub/account-sessions.js';
import type { EquityObserver } from '../run/equity-recorder.js';
import { ExposureWriter } from './exposure-writer.js';
import { HaltRunner } from './halt-runner.js';
import { HaltStore } from './halt-store.js';
import { RiskKeeper } from './risk-keeper.js';
import { RiskStore } from './risk-store.js';
import { ScopeWatch } from './scope-watch.js';
import type { TradingGate } from './trading-gate.js';

export interface RiskDeskDeps {
  database: DataSource;
  redis: Redis;
  gate: TradingGate;
  sessions: AccountSessions;
  node: string;
  log: Logger;
}

/** All a node does about risk, put together: limits on losses, stops that end, halts. */
export class RiskDesk {
  readonly #deps: RiskDeskDeps;
  readonly #store: RiskStore;
  readonly #exposures: ExposureWriter;
  readonly #watch: ScopeWatch;
  readonly #halts: HaltRunner;

  constructor(deps: RiskDeskDeps) {
    const { database, gate, sessions, node, log } = deps;
    this.#deps = deps;
    this.#store = new RiskStore(database);
    this.#exposures = new ExposureWriter(database);
    this.#watch = new ScopeWatch(database, this.#store, gate, log);
    this.#halts = new HaltRunner({
      store: new HaltStore(database),
      sessions,
      node,
      poke: (strategyId) => this.#poke(strategyId),
      log,
    });
  }

  start(): void {
    this.#watch.start();
    this.#halts.start();
  }

  stop(): void {
    this.#watch.stop();
    this.#halts.stop();
  }

  /** Watches one strategy while this node runs it. */
  observer(strategyId: number): EquityObserver {
    const { database, gate, sessions, log } = this.#deps;
    const keeper = new RiskKeeper(strategyId, {
      database,
      store: this.#store,
      exposures: this.#exposures,
      gate,
      sessions,
      poke: (id) => this.#poke(id),
      log,
    });
    return (figures, now) => keeper.look(figures, now);
  }

  /** Whether limits of its own watch a strategy's figures: they are judged with each of them. */
  isWatched(strategyId: number): boolean {
    const { limits } = this.#deps.gate.rule('strategy', strategyId);
    return limits === 'unreadable' || needsWatching(limits);
  }

  #poke(strategyId: number): void {
    this.#deps.redis
      .publish(redisKeys.control, JSON.stringify({ strategyId }))
      .catch((error: unknown) => this.#deps.log.warn({ err: error }, 'a node hears a little later'));
  }
}
