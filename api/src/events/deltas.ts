import { compareCursors, type NumberedEvent } from '@gridfleet/shared/infra';
import type { EventMessage } from './event-sink.js';
import type { StrategyOwners } from './owners.js';

/** What a batch of events comes to for those who may see a workspace. */
export interface Deltas {
  messages: readonly EventMessage[];
  /** Position after them. */
  cursor: string;
}

/**
 * Numbers deltas. Clients of a workspace that keep up stand at the same position: theirs are made once for all of them, and
 * so is their text.
 */
export class DeltaMaker {
  readonly #owners: StrategyOwners;
  readonly #made = new WeakMap<readonly NumberedEvent[], Map<string, Promise<Deltas>>>();

  constructor(owners: StrategyOwners) {
    this.#owners = owners;
  }

  /** @param after position of the client; what the batch has up to there is left out */
  of(events: readonly NumberedEvent[], userId: number, after: string): Promise<Deltas> {
    const ofBatch = this.#made.get(events) ?? new Map<string, Promise<Deltas>>();
    this.#made.set(events, ofBatch);
    const key = `${userId} ${after}`;
    const made = ofBatch.get(key) ?? this.#make(events, userId, after);
    ofBatch.set(key, made);
    return made;
  }

  async #make(events: readonly NumberedEvent[], userId: number, after: string): Promise<Deltas> {
    const messages: EventMessage[] = [];
    let previous = after;
    for (const { cursor, event } of events) {
      // Seen already: the snapshot or the resumption covered it.
      if (compareCursors(cursor, previous) <= 0) continue;
      const owner = this.#owners.known(event.strategyId) ?? (await this.#owners.ownerOf(event.strategyId));
      if (owner !== userId) continue;
      messages.push({ event: 'delta', data: { cursor, previous, event }, id: cursor });
      previous = cursor;
    }
    return { messages, cursor: previous };
  }
}
