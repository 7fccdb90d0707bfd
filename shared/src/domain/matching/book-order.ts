/** A recorded stream message, as far as its place among the others goes. */
export interface RecordedMessage {
  /** `snapshot`, `depth`, `bookTicker`, `trade`, … */
  channel: string;
  time: number;
  /** Update id of the book: `lastUpdateId` of a snapshot, `u` of a depth message or best quote, else 0. */
  update: number;
}

/** A message with the time it counts from. */
export interface OrderedMessage<T> {
  time: number;
  message: T;
}

/**
 * A depth message can arrive after best quotes that are newer than it; it is moved before the first such quote, so that
 * book and best quote always belong to the same moment and never cross.
 */
export function inBookOrder<T extends RecordedMessage>(messages: readonly T[]): OrderedMessage<T>[] {
  const depths = messages.filter(({ channel }) => channel === 'depth');
  const ordered: OrderedMessage<T>[] = [];
  let next = 0;
  for (const message of messages) {
    if (message.channel === 'depth') {
      if (depths[next] !== message) continue;
      next += 1;
    } else if (message.channel === 'bookTicker') {
      for (let depth = depths[next]; depth && depth.update < message.update; depth = depths[next]) {
        ordered.push({ time: message.time, message: depth });
        next += 1;
      }
    }
    ordered.push({ time: message.time, message });
  }
  return ordered;
}

/**
 * The messages of a recording from its snapshot on: what came before and is in the snapshot already is left out.
 * Without a snapshot, all of them.
 */
export function fromSnapshot<T extends RecordedMessage>(messages: readonly T[]): T[] {
  const first = messages.findIndex(({ channel }) => channel === 'snapshot');
  const snapshot = messages[first];
  if (snapshot === undefined) return [...messages];
  const later = messages.filter(({ channel, update }, place) =>
    place > first ? channel !== 'snapshot' : channel !== 'trade' && update > snapshot.update,
  );
  return [snapshot, ...later.filter((message) => message !== snapshot)];
}
