import { mulberry32 } from '../random.js';
import type { RuleMatch, RuleSpec } from './rule-spec.js';

/** What a request or a stream message is, as far as rules can ask. */
export interface Subject {
  venue: string;
  method?: string | undefined;
  path?: string | undefined;
  stream?: string | undefined;
  account?: string | undefined;
  symbol?: string | undefined;
}

const NAMES = ['venue', 'method', 'path', 'stream', 'account', 'symbol'] as const;
const RANGE = 2 ** 32;

/** One rule at work. Its draws are its own, so that rules beside it do not change them. */
export class FaultRule {
  matched = 0;
  applied = 0;
  /** Why its effect could not be had the last time. */
  failed: string | undefined;
  readonly #random: () => number;
  readonly #patterns: readonly NamedPattern[];

  constructor(
    readonly spec: RuleSpec,
    seed: number,
  ) {
    const next = mulberry32(seed);
    this.#random = () => next() / RANGE;
    this.#patterns = patternsOf(spec.match);
  }

  /** Whether something is what the rule is about; counts nothing. */
  concerns(subject: Subject): boolean {
    return this.#patterns.every(([name, pattern]) => fits(pattern, subject[name]));
  }

  /** Whether one of the names it asks for, if it does, fits. */
  isAbout(name: keyof Subject, value: string): boolean {
    return this.#patterns.every(([asked, pattern]) => asked !== name || fits(pattern, value));
  }

  /** Whether the rule applies to this one; counts it. */
  takes(subject: Subject): boolean {
    if (!this.concerns(subject)) return false;
    const { after = 0, nth, every, probability, count } = this.spec.match;
    const place = ++this.matched - after;
    if (place <= 0 || (nth !== undefined && place !== nth)) return false;
    if (every !== undefined && place % every !== 0) return false;
    if (count !== undefined && this.applied >= count) return false;
    if (probability !== undefined && this.#random() >= probability) return false;
    this.applied++;
    return true;
  }

  /** A time of an action, ms: fixed, or drawn. */
  draw(ms: number | { min: number; max: number }): number {
    if (typeof ms === 'number') return ms;
    return ms.min + Math.floor(this.#random() * (Math.max(ms.max, ms.min) - ms.min + 1));
  }
}

type NamedPattern = readonly [name: (typeof NAMES)[number], pattern: RegExp | string];

function fits(pattern: RegExp | string, value: string | undefined): boolean {
  return value !== undefined && (typeof pattern === 'string' ? pattern === value : pattern.test(value));
}

function patternsOf(match: RuleMatch): NamedPattern[] {
  return NAMES.flatMap((name): NamedPattern[] => {
    const text = match[name];
    if (text === undefined) return [];
    if (!text.includes('*')) return [[name, text]];
    const parts = text.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return [[name, new RegExp(`^${parts.join('.*')}$`)]];
  });
}
