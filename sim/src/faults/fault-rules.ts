import {
  isRequestAction,
  isStreamAction,
  type Effect,
  type RequestAction,
  type StreamAction,
} from './actions.js';
import { FaultRule, type Subject } from './rule.js';
import { isTriggered, type FaultSpec, type RuleSpec } from './rule-spec.js';

/** An action that a rule decided on. */
export interface Decision<A> {
  rule: FaultRule;
  action: A;
}

/** One rule as `GET /_sim/faults` shows it. */
export interface RuleReport extends RuleSpec {
  /** Requests or messages it was about, and how many of them it acted on. */
  matched: number;
  applied: number;
  failed?: string;
}

/** The rules in force. Which of them applies depends on the seed and on what came before, not on time. */
export class FaultRules {
  #seed = 0;
  #rules: FaultRule[] = [];
  #forRequests: Decision<RequestAction | Effect>[] = [];
  #forStreams: Decision<StreamAction | Effect>[] = [];

  /** Replaces all rules; counts and draws start again. @returns the effects that happen at once. */
  set({ seed, rules }: FaultSpec): Decision<Effect>[] {
    this.#seed = seed;
    // An odd factor keeps the seeds of neighbouring rules far apart.
    this.#rules = rules.map((spec, place) => new FaultRule(spec, seed + Math.imul(place + 1, 0x9e3779b1)));
    this.#forRequests = [];
    this.#forStreams = [];
    const atOnce: Decision<Effect>[] = [];
    for (const rule of this.#rules) {
      const { do: action, match } = rule.spec;
      if (isRequestAction(action)) this.#forRequests.push({ rule, action });
      else if (isStreamAction(action)) this.#forStreams.push({ rule, action });
      else if (!isTriggered(rule.spec)) {
        rule.applied++;
        atOnce.push({ rule, action });
      } else if (match.stream === undefined) this.#forRequests.push({ rule, action });
      else this.#forStreams.push({ rule, action });
    }
    return atOnce;
  }

  clear(): void {
    this.set({ seed: 0, rules: [] });
  }

  /** What happens to a request, in the order of the rules. */
  forRequest(subject: Subject): Decision<RequestAction | Effect>[] {
    return this.#forRequests.filter(({ rule }) => rule.takes(subject));
  }

  /** What happens to a stream message on its way to one client. */
  forMessage(subject: Subject): Decision<StreamAction | Effect>[] {
    return this.#forStreams.filter(({ rule }) => rule.takes(subject));
  }

  /** Whether any rule is for requests, or for streams: most have none, and pass untouched. */
  get watchesRequests(): boolean {
    return this.#forRequests.length > 0;
  }

  get watchesStreams(): boolean {
    return this.#forStreams.length > 0;
  }

  report(): { seed: number; rules: RuleReport[] } {
    return {
      seed: this.#seed,
      rules: this.#rules.map(({ spec, matched, applied, failed }) => ({
        ...spec,
        matched,
        applied,
        ...(failed === undefined ? {} : { failed }),
      })),
    };
  }
}
