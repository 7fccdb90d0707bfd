import { VenueError } from '../venue/errors.js';
import type { Effect, Effects } from './actions.js';
import type { FaultRule } from './rule.js';
import type { Timers } from './timers.js';

/** What an effect is about: as the action says, else as its cause was. */
export interface EffectTarget {
  venue: string;
  account: string | undefined;
  symbol: string | undefined;
}

/** Takes an effect back. */
export type Undo = () => void;

/** The effects that can be had; each @throws RangeError or VenueError when it cannot be had now. */
export type EffectHandlers = {
  [Type in keyof Effects]?: (action: Effects[Type], target: EffectTarget) => Undo | undefined;
};

/** A venue that effects happen to. */
export interface EffectHost {
  readonly name: string;
  readonly effects: EffectHandlers;
}

/** Has effects happen at venues, later when asked, and undoes those that last. */
export class EffectRunner {
  readonly #undos = new Set<Undo>();

  constructor(
    /** The venues, the main one first; those that are added later count too. */
    private readonly hosts: readonly EffectHost[],
    private readonly timers: Timers,
  ) {}

  /** @throws RangeError when no venue that a rule may be about can have the effect. */
  check(rule: FaultRule, action: Effect): void {
    if (this.#hostFor(rule, action)) return;
    const { venue = 'of any name' } = rule.spec.match;
    throw new RangeError(`no venue ${venue} can have the effect ${action.type}`);
  }

  /**
   * Has an effect that waits for nothing happen.
   * @throws RangeError or VenueError when it cannot be had.
   */
  runAtOnce(rule: FaultRule, action: Effect): void {
    const host = this.#hostFor(rule, action);
    if (!host) return this.check(rule, action);
    const { account, symbol } = rule.spec.match;
    const target = targetOf(action, { venue: host.name, account, symbol });
    const { afterMs = 0 } = action;
    if (afterMs === 0) this.#have(host, action, target);
    else this.timers.after(afterMs, () => this.#try(rule, host, action, target));
  }

  /** Has an effect happen where its cause was. What cannot be had is noted in the rule. */
  run(
    rule: FaultRule,
    action: Effect,
    cause: { venue: string; account?: string | undefined; symbol?: string | undefined },
  ): void {
    const host = this.hosts.find(({ name }) => name === cause.venue);
    if (!host) return;
    const target = targetOf(action, cause);
    this.timers.after(action.afterMs ?? 0, () => this.#try(rule, host, action, target));
  }

  /** Takes back everything that lasts. */
  undo(): void {
    for (const undo of [...this.#undos]) undo();
  }

  #try(rule: FaultRule, host: EffectHost, action: Effect, target: EffectTarget): void {
    try {
      this.#have(host, action, target);
      rule.failed = undefined;
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof VenueError)) throw error;
      rule.failed = error.message;
    }
  }

  #have(host: EffectHost, action: Effect, target: EffectTarget): void {
    const undo = perform(host.effects, action, target);
    if (!undo) return;
    const once = (): void => {
      if (this.#undos.delete(once)) undo();
    };
    this.#undos.add(once);
    if ('forMs' in action) this.timers.after(action.forMs, once);
  }

  /** The venue named, else the first that can have the effect. */
  #hostFor(rule: FaultRule, action: Effect): EffectHost | undefined {
    const { venue } = rule.spec.match;
    return this.hosts.find(
      (host) =>
        host.effects[action.type] !== undefined && (venue === undefined || rule.isAbout('venue', host.name)),
    );
  }
}

function perform(handlers: EffectHandlers, action: Effect, target: EffectTarget): Undo | undefined {
  // The table's keys are the actions' types, which the compiler cannot follow through a lookup.
  const handler = handlers[action.type] as
    ((action: Effect, target: EffectTarget) => Undo | undefined) | undefined;
  if (!handler) throw new RangeError(`venue ${target.venue} cannot have the effect ${action.type}`);
  return handler(action, target);
}

function targetOf(
  action: Effect,
  { venue, account, symbol }: { venue: string; account?: string | undefined; symbol?: string | undefined },
): EffectTarget {
  return {
    venue,
    account: ('account' in action ? action.account : undefined) ?? account,
    symbol: ('symbol' in action ? action.symbol : undefined) ?? symbol,
  };
}
