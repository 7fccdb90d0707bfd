import type { Clock } from '../clock.js';
import type { Connections } from '../server/connections.js';
import type { StreamGate } from '../server/stream-gate.js';
import { isEffect } from './actions.js';
import { EffectRunner, type EffectHandlers, type EffectHost } from './effects.js';
import { FaultGate } from './fault-gate.js';
import { FaultRules, type RuleReport } from './fault-rules.js';
import { RequestFaults } from './request-faults.js';
import { FaultRule } from './rule.js';
import { readFaults } from './rule-spec.js';
import { streamEffects } from './stream-effects.js';
import { Timers } from './timers.js';

/** The faults of a simulator: the rules in force and what carries them out. */
export class Faults {
  readonly requests: RequestFaults;
  readonly #rules = new FaultRules();
  readonly #timers = new Timers();
  readonly #hosts: EffectHost[] = [];
  readonly #effects = new EffectRunner(this.#hosts, this.#timers);
  readonly #streams: EffectHandlers;

  constructor(connections: Connections, clock: Clock) {
    this.requests = new RequestFaults(this.#rules, this.#effects, this.#timers);
    this.#streams = streamEffects(connections, clock, this.#timers);
  }

  /** The last station of a venue's stream messages. */
  gateOf(venue: string): StreamGate {
    return new FaultGate(venue, this.#rules, this.#effects, this.#timers);
  }

  /** Lets effects happen to a venue; the first one added is the main one. */
  addVenue(name: string, effects: EffectHandlers): void {
    this.#hosts.push({ name, effects: { ...this.#streams, ...effects } });
  }

  /**
   * Replaces the rules by those of a `POST /_sim/faults`; effects that wait for nothing happen now.
   * @throws RangeError naming what is wrong; rules in force stay then. RangeError or VenueError when an effect cannot
   * be had now; no rule is in force then.
   */
  set(body: unknown): { seed: number; rules: RuleReport[] } {
    const spec = readFaults(body);
    for (const rule of spec.rules) {
      if (isEffect(rule.do)) this.#effects.check(new FaultRule(rule, 0), rule.do);
    }
    this.#effects.undo();
    const atOnce = this.#rules.set(spec);
    try {
      for (const { rule, action } of atOnce) this.#effects.runAtOnce(rule, action);
    } catch (error) {
      this.clear();
      throw error;
    }
    return this.report();
  }

  report(): { seed: number; rules: RuleReport[] } {
    return this.#rules.report();
  }

  /** Ends all rules and takes back what lasts. */
  clear(): void {
    this.#rules.clear();
    this.#effects.undo();
  }

  /** Ends what waits. */
  close(): void {
    this.#timers.clear();
  }
}
