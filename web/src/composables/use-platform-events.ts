import { onScopeDispose } from 'vue';
import type { PlatformEvent } from '../api/types.js';

type EventListener = (event: PlatformEvent) => void;
type SnapshotListener = () => void;

const eventListeners = new Set<EventListener>();
const snapshotListeners = new Set<SnapshotListener>();

export function publishEvent(event: PlatformEvent): void {
  for (const listener of eventListeners) listener(event);
}

export function publishSnapshot(): void {
  for (const listener of snapshotListeners) listener();
}

/** Each event pushed by the API, until the component or scope ends. */
export function onPlatformEvent(listener: EventListener): void {
  eventListeners.add(listener);
  onScopeDispose(() => eventListeners.delete(listener));
}

/** A new snapshot: whatever was followed by events may have missed some and should be fetched again. */
export function onSnapshot(listener: SnapshotListener): void {
  snapshotListeners.add(listener);
  onScopeDispose(() => snapshotListeners.delete(listener));
}
