import type { EventSnapshot, PlatformEvent } from './types.js';

/** One numbered change: `previous` is the number of the change before it. */
export interface EventDelta {
  cursor: string;
  previous: string;
  event: PlatformEvent;
}

const EVENT_TYPES: ReadonlySet<string> = new Set<PlatformEvent['type']>([
  'status',
  'order',
  'fill',
  'cycle',
  'strategy',
  'alert',
  'risk',
]);

function parseRecord(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    // Unreadable text is reported as such by the callers below.
    return null;
  }
}

/** Reads a snapshot message; null when it is not one. */
export function parseSnapshot(text: string): EventSnapshot | null {
  const value = parseRecord(text);
  if (!value || typeof value['cursor'] !== 'string' || !Array.isArray(value['strategies'])) return null;
  return value as unknown as EventSnapshot;
}

/** Reads a delta message; null when it is not one. */
export function parseDelta(text: string): EventDelta | null {
  const value = parseRecord(text);
  if (!value || typeof value['cursor'] !== 'string' || typeof value['previous'] !== 'string') return null;
  const event = value['event'];
  if (typeof event !== 'object' || event === null) return null;
  const { type, strategyId } = event as Record<string, unknown>;
  // An event type this build does not know still moves the cursor; listeners ignore it.
  if (typeof type !== 'string' || typeof strategyId !== 'number') return null;
  return value as unknown as EventDelta;
}

export function isKnownEvent(event: PlatformEvent): boolean {
  return EVENT_TYPES.has(event.type);
}

/** Server time of a ping, ms since epoch; null when unreadable. */
export function parsePing(text: string): number | null {
  const time = parseRecord(text)?.['time'];
  const ms = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

export type DeltaVerdict = 'apply' | 'duplicate' | 'gap';

/** Follows the numbering of one connection: a delta applies only directly after the last one seen. */
export class EventSequence {
  #cursor: string | null = null;

  restart(cursor: string): void {
    this.#cursor = cursor;
  }

  accept(delta: Pick<EventDelta, 'cursor' | 'previous'>): DeltaVerdict {
    if (this.#cursor === null) return 'gap';
    if (delta.cursor === this.#cursor) return 'duplicate';
    if (delta.previous !== this.#cursor) return 'gap';
    this.#cursor = delta.cursor;
    return 'apply';
  }
}

/** Wait before reconnection number `attempt` (0 first), ms: doubles to 15 s, jittered over its upper half. */
export function reconnectDelayMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(15_000, 500 * 2 ** Math.min(attempt, 5));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}
