import { onScopeDispose } from 'vue';
import { EventStream } from '../api/event-stream.js';
import type { StrategyStatus } from '../api/types.js';
import { useAccountsStore } from '../stores/accounts.js';
import { useLiveStore } from '../stores/live.js';
import { useStrategiesStore } from '../stores/strategies.js';
import { publishEvent, publishSnapshot } from './use-platform-events.js';
import { useCoalesced } from './use-coalesced.js';

/** Keeps the one event connection of the page and feeds the stores from it. Used by the shell alone. */
export function useLiveConnection(): void {
  const live = useLiveStore();
  const strategies = useStrategiesStore();
  const accounts = useAccountsStore();
  const reloadStrategies = useCoalesced(() => void strategies.load(), 300);

  const waiting = new Map<number, StrategyStatus>();
  // Hundreds of strategies report each second: the page takes them together, a few times a second.
  const flushStatuses = useCoalesced(() => {
    for (const status of waiting.values()) live.takeStatus(status);
    waiting.clear();
  }, 200);

  const stream = new EventStream(
    {
      connecting: () => {
        live.connection = 'connecting';
      },
      snapshot: (snapshot) => {
        waiting.clear();
        live.takeSnapshot(snapshot);
        if (!accounts.items) void accounts.load();
        reloadStrategies();
        publishSnapshot();
      },
      event: (event) => {
        if (event.type === 'status') {
          waiting.set(event.strategyId, event.data);
          flushStatuses();
        }
        if (event.type === 'strategy') reloadStrategies();
        publishEvent(event);
      },
      alive: (serverTime) => live.alive(serverTime),
      lost: () => {
        live.connection = 'lost';
      },
    },
    () => new EventSource('/api/events'),
  );

  const clock = setInterval(() => {
    live.now = Date.now();
  }, 1000);
  // A phone that slept, or a network that came back, need not wait for the next attempt.
  const wake = (): void => {
    if (document.visibilityState === 'visible' && live.badge !== 'live') stream.start();
  };
  document.addEventListener('visibilitychange', wake);
  window.addEventListener('online', wake);
  stream.start();

  onScopeDispose(() => {
    stream.stop();
    clearInterval(clock);
    document.removeEventListener('visibilitychange', wake);
    window.removeEventListener('online', wake);
  });
}
