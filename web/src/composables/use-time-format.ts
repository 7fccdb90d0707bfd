import { useI18n } from 'vue-i18n';
import { ageText, formatClock, formatDateTime } from '../format/time.js';
import { usePreferences } from '../stores/preferences.js';

/** Times and ages in the chosen zone and language. */
export function useTimeFormat() {
  const preferences = usePreferences();
  const { t } = useI18n();
  return {
    dateTime: (time: string | number): string => formatDateTime(time, preferences.timeZone),
    clock: (time: string | number): string => formatClock(time, preferences.timeZone),
    ago: (seconds: number): string => {
      const age = ageText(seconds);
      return t(`common.age.${age.unit}`, { count: age.count });
    },
  };
}
