import { shallowRef, watch } from 'vue';
import { ApiError } from '../api/api-error.js';
import { listLevels } from '../api/strategies.js';
import type { LevelDto } from '../api/types.js';
import { useCoalesced } from './use-coalesced.js';
import { onPlatformEvent, onSnapshot } from './use-platform-events.js';

/** Orders may change many times a second; a card needs its levels this often at most, ms. */
const REFRESH_MS = 2000;

/** The levels of one strategy while `isWanted`: fetched when it becomes so, and again after its orders changed. */
export function useLevels(strategyId: () => number, isWanted: () => boolean) {
  const levels = shallowRef<LevelDto[] | null>(null);
  const error = shallowRef<ApiError | null>(null);
  let isOld = true;

  async function load(): Promise<void> {
    if (!isWanted()) {
      isOld = true;
      return;
    }
    isOld = false;
    try {
      levels.value = (await listLevels(strategyId())).items;
      error.value = null;
    } catch (cause) {
      isOld = true;
      error.value = ApiError.from(cause);
    }
  }

  const reload = useCoalesced(() => void load(), REFRESH_MS);
  watch(isWanted, (wanted) => {
    if (wanted && isOld) void load();
  });
  onPlatformEvent((event) => {
    if (event.strategyId === strategyId() && (event.type === 'order' || event.type === 'strategy')) reload();
  });
  onSnapshot(reload);
  return { levels, error };
}
