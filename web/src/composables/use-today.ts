import { computed } from 'vue';
import { dayText, zoneNameOf } from '../format/time.js';
import { useLiveStore } from '../stores/live.js';
import { usePreferences } from '../stores/preferences.js';

/** The chosen time zone by its IANA name, and the calendar day it is there now. */
export function useToday() {
  const preferences = usePreferences();
  const live = useLiveStore();
  return {
    zoneName: computed(() => zoneNameOf(preferences.timeZone)),
    today: computed(() => dayText(live.serverNow, preferences.timeZone)),
  };
}
