import { defineStore } from 'pinia';
import { ref } from 'vue';
import type { StrategyStatus } from '../api/types.js';
import { alertsOf, DEFAULT_LIMITS, type Alert, type AlertLimits } from '../format/alerts.js';
import { readText, writeText } from './browser-storage.js';
import { useLiveStore } from './live.js';

const KEY = 'alert-limits';

function stored(): AlertLimits {
  try {
    const value = JSON.parse(readText(KEY) ?? '{}') as Partial<AlertLimits>;
    return { ...DEFAULT_LIMITS, ...value };
  } catch {
    // Somebody else's text under our name: the defaults hold.
    return { ...DEFAULT_LIMITS };
  }
}

/** The alert limits of this browser and what they say about a strategy now. */
export const useAlertsStore = defineStore('alerts', () => {
  const live = useLiveStore();
  const limits = ref(stored());

  function save(next: AlertLimits): void {
    limits.value = next;
    writeText(KEY, JSON.stringify(next));
  }
  const of = (status: StrategyStatus): Alert[] => alertsOf(status, limits.value, live.serverNow);

  return { limits, save, of };
});
