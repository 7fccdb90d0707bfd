import { defineStore } from 'pinia';
import { computed, ref, shallowReactive } from 'vue';
import type { EventSnapshot, StrategyStatus } from '../api/types.js';
import { STALE_AFTER_S } from '../format/time.js';

export type ConnectionState = 'connecting' | 'open' | 'lost';
export type ConnectionBadge = 'connecting' | 'live' | 'delayed' | 'offline';

/** An open connection without a message for longer is shown as delayed, ms: pings come every 10 s. */
const DELAYED_AFTER_MS = 15_000;

/** What is happening now, as pushed by the API: connection, freshness and the status of each strategy. */
export const useLiveStore = defineStore('live', () => {
  const connection = ref<ConnectionState>('connecting');
  const lastMessageAt = ref<number | null>(null);
  /** Server time minus this browser's time, ms; corrects every "ago". */
  const clockOffset = ref(0);
  /** This browser's time, ticking each second, ms since epoch. */
  const now = ref(Date.now());
  const statuses = shallowReactive(new Map<number, StrategyStatus>());

  const serverNow = computed(() => now.value + clockOffset.value);
  const silenceSeconds = computed(() =>
    lastMessageAt.value === null ? null : Math.max(0, Math.floor((now.value - lastMessageAt.value) / 1000)),
  );
  const badge = computed<ConnectionBadge>(() => {
    if (connection.value === 'lost') return 'offline';
    if (connection.value === 'connecting') return lastMessageAt.value === null ? 'connecting' : 'offline';
    return (silenceSeconds.value ?? 0) * 1000 > DELAYED_AFTER_MS ? 'delayed' : 'live';
  });

  function takeSnapshot(snapshot: EventSnapshot): void {
    connection.value = 'open';
    const present = new Set(snapshot.strategies.map((status) => status.strategyId));
    for (const id of [...statuses.keys()]) if (!present.has(id)) statuses.delete(id);
    for (const status of snapshot.strategies) statuses.set(status.strategyId, status);
  }

  /** Takes a status unless a newer one is known: an answer to a command may come after the push it caused. */
  function takeStatus(status: StrategyStatus): void {
    const known = statuses.get(status.strategyId);
    if (known?.updatedAt && status.updatedAt && known.updatedAt > status.updatedAt) return;
    statuses.set(status.strategyId, status);
  }

  function alive(serverTime: number | null): void {
    const at = Date.now();
    lastMessageAt.value = at;
    if (serverTime !== null) clockOffset.value = serverTime - at;
  }

  /** Whether a running strategy's status is too old to be trusted. */
  function isStale(status: StrategyStatus): boolean {
    if (!status.isRunning || status.updatedAt === null) return false;
    return serverNow.value - Date.parse(status.updatedAt) > STALE_AFTER_S * 1000;
  }

  return {
    connection,
    lastMessageAt,
    clockOffset,
    now,
    statuses,
    serverNow,
    silenceSeconds,
    badge,
    takeSnapshot,
    takeStatus,
    alive,
    isStale,
  };
});
